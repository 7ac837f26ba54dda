import { useEffect, useState } from "react";
import { api } from "../api";
import { useLoad } from "../load";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Choice, Select, Switch } from "../parts/field";
import { Once } from "../parts/once";
import { Trouble } from "../parts/plain";
import { Picker } from "../people/picker";
import { go } from "../router";
import { useMay } from "../session";
import { thread } from "../talk/thread";
import { useText } from "../text";
import { everybody, inDays, isOver, sharing, type Share } from "./calls";
import { ShareList } from "./shares";
import "../style/admin.css";

/** ShareDialog makes a link by which others read a conversation, and lists those there are. */
export default function ShareDialog({ id }: { id: string }) {
  const t = useText();
  const allowed = useMay("share");
  const [made, setMade] = useState<Share | null>(null);
  const all = useLoad(sharing.all);
  const others = all.value?.items.filter((s) => s.conversation === id && !isOver(s) && s.id !== made?.id) ?? [];
  const close = () => go("/c/" + encodeURIComponent(id), true);
  return (
    <Dialog title={t("share_title")} onClose={close}>
      {!allowed ? <p className="quiet">{t("share_not_allowed")}</p>
        : made?.link ? <><Once label={t("share_link")} value={made.link} detail={t(made.leaf ? "share_made_snapshot" : "share_made_live")} /><div><Button kind="quiet" icon="add" onClick={() => { setMade(null); all.again(); }}>{t("share_another")}</Button></div></>
          : <Making id={id} onDone={setMade} onCancel={close} />}
      {others.length > 0 && <section className="stack"><h3 className="section-title">{t("share_there")}</h3><ShareList items={others} onChange={all.again} /></section>}
    </Dialog>
  );
}

function Making({ id, onDone, onCancel }: { id: string; onDone(s: Share): void; onCancel(): void }) {
  const t = useText();
  const [who, setWho] = useState<"chosen" | "all">("chosen");
  const [audience, setAudience] = useState<string[]>([]);
  const [days, setDays] = useState("30");
  const [what, setWhat] = useState<"snapshot" | "live">("snapshot");
  const [thinking, setThinking] = useState(false);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => setError(""), [who, audience, days, what, thinking]);
  const make = async () => {
    setBusy(true);
    try {
      const leaf = what === "live" ? undefined : thread.get().id === id && thread.get().messages.at(-1)?.id || (await api.open(id)).messages.at(-1)?.id;
      onDone(await sharing.make({ conversation: id, leaf, audience: who === "all" ? [everybody] : audience, expires: inDays(Number(days)), ...(thinking && { thinking }) }));
    } catch (err) { setError(told(err)); setBusy(false); }
  };
  const ready = who === "all" || audience.length > 0;
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); if (ready) void make(); }}>
      <Choice<"chosen" | "all"> label={t("share_who")} value={who} onChange={setWho} options={[["chosen", t("share_chosen")], ["all", t("share_everybody")]]} />
      {who === "chosen" && <Picker label={t("share_pick")} chosen={audience} onChange={setAudience} />}
      <Choice<"snapshot" | "live"> label={t("share_what")} value={what} onChange={setWhat} options={[["snapshot", t("share_snapshot")], ["live", t("share_live")]]} />
      <p className="field-hint">{t(what === "snapshot" ? "share_snapshot_detail" : "share_live_detail")}</p>
      <Select label={t("share_until")} value={days} onChange={(e) => setDays(e.target.value)} options={[["1", t("in_days", 1)], ["7", t("in_days", 7)], ["30", t("in_days", 30)], ["90", t("in_days", 90)], ["0", t("no_end")]]} />
      <Switch label={t("share_thinking")} detail={t("share_thinking_detail")} on={thinking} onChange={setThinking} />
      {error && <Trouble text={error} />}
      <div className="dialog-foot"><Button onClick={onCancel}>{t("cancel")}</Button><Button kind="main" type="submit" icon="link" busy={busy} disabled={!ready}>{t("share_make")}</Button></div>
    </form>
  );
}
