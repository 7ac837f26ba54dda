import { useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Select } from "../parts/field";
import { Grid } from "../parts/grid";
import { OnceDialog } from "../parts/once";
import { EmptyState, Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { day, useText } from "../text";
import { mine, type Key } from "./calls";

/** Keys let programs ask models on one's behalf. */
export function Keys() {
  const t = useText();
  const all = useLoad(mine.keys);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Key | null>(null);
  const revoke = async (k: Key) => {
    if (!(await confirm({ title: t("keys_revoke_title", k.name), detail: t("keys_revoke_detail"), yes: t("revoke"), danger: true }))) return;
    await mine.revokeKey(k.id).then(() => { toast(t("keys_revoked")); all.again(); }, (err: unknown) => toast(told(err), "bad"));
  };
  const add = <Button kind="main" icon="add" onClick={() => setAdding(true)}>{t("keys_add")}</Button>;
  return (
    <section className="stack">
      <h2>{t("settings_keys")}</h2>
      <p className="quiet small">{t("keys_detail", location.origin + "/v1")}</p>
      <Loaded of={all} lines={3}>{({ items }) => {
        const live = items.filter((k) => !k.revoked);
        if (live.length === 0) return <EmptyState icon="key" title={t("keys_none")} detail={t("keys_none_detail")}>{add}</EmptyState>;
        return <>
          <div>{add}</div>
          <Grid label={t("settings_keys")} rows={live} keyOf={(k) => k.id} columns={[
            { head: t("name"), main: true, cell: (k) => <>{k.name} <code className="quiet">{k.prefix}…</code></> },
            { head: t("keys_used"), cell: (k) => (k.last_used ? day(k.last_used) : t("never_used")) },
            { head: t("ends"), cell: (k) => (!k.expires ? t("no_end") : new Date(k.expires) < new Date() ? <Tag kind="warn">{t("over")}</Tag> : day(k.expires)) },
          ]} act={(k) => <Button small kind="quiet" onClick={() => void revoke(k)} aria-label={t("keys_revoke_one", k.name)}>{t("revoke")}</Button>} />
        </>;
      }}</Loaded>
      {adding && <AddKey onClose={() => setAdding(false)} onDone={(k) => { setAdding(false); setMade(k); all.again(); }} />}
      {made?.secret && <OnceDialog title={t("keys_made", made.name)} label={t("keys_secret")} value={made.secret} detail={t("shown_once")} onClose={() => setMade(null)} />}
    </section>
  );
}

function AddKey({ onClose, onDone }: { onClose(): void; onDone(k: Key): void }) {
  const t = useText();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    try { onDone(await mine.addKey({ name: name.trim(), scopes: [], per_minute: 0, days: Number(days) })); } catch (err) { setError(told(err)); setBusy(false); }
  };
  return (
    <Dialog title={t("keys_add")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); void add(); }}>
        <Field label={t("name")} hint={t("keys_name_hint")} value={name} onChange={(e) => setName(e.target.value)} maxLength={80} autoFocus required error={error} />
        <Select label={t("ends")} value={days} onChange={(e) => setDays(e.target.value)} options={[["30", t("in_days", 30)], ["90", t("in_days", 90)], ["365", t("in_days", 365)], ["0", t("no_end")]]} />
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!name.trim()}>{t("make")}</Button></div>
      </form>
    </Dialog>
  );
}
