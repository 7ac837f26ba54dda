import { useEffect, useState } from "react";
import { api, type Offer } from "../api";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Choice } from "../parts/field";
import { Grid } from "../parts/grid";
import { EmptyState, Tag, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadDirectory, nameIn, useDirectory } from "../people/directory";
import { Picker } from "../people/picker";
import { go } from "../router";
import { bytes, t, useText } from "../text";
import { admin } from "./calls";

interface Readable { model: string; title: string; size: string; current: boolean; subjects: string[] }

/** load lists the models that are here. The one that answers may be a file that somebody named, which is in no list. */
async function load(): Promise<Readable[]> {
  const [{ models }, status] = await Promise.all([api.models(), api.status()]);
  const here = models.filter((o) => o.here).map((o: Offer) => ({ model: o.model, title: o.title, size: o.elsewhere ? t("elsewhere") : bytes(o.size), current: o.model === status.model }));
  if (status.model && !here.some((m) => m.current)) here.unshift({ model: status.model, title: status.model, size: "–", current: true });
  return Promise.all(here.map(async (m) => ({ ...m, subjects: (await admin.readers(m.model)).subjects })));
}

/** ReadersPart says who may use which model. */
export function ReadersPart() {
  const t = useText();
  const all = useLoad(load);
  const names = useDirectory();
  const [editing, setEditing] = useState<Readable | null>(null);
  useEffect(() => { void loadDirectory(); }, []);
  return (
    <section className="stack">
      <div className="head-row"><p className="quiet small grow">{t("readers_detail")}</p><Button icon="down" onClick={() => go("/models")}>{t("models_more")}</Button></div>
      <Loaded of={all}>{(items) => items.length === 0 ? <EmptyState icon="bolt" title={t("no_model")} />
        : <Grid label={t("ad_readers")} rows={items} keyOf={(m) => m.model} columns={[
          { head: t("usage_model"), main: true, cell: (m) => <>{m.title} {m.current && <Tag kind="good">{t("in_use")}</Tag>}</> },
          { head: t("readers_size"), cell: (m) => m.size },
          { head: t("readers_who"), cell: (m) => (m.subjects.length === 0 ? t("readers_all") : m.subjects.map((id) => nameIn(names, id)).join(", ")) },
        ]} act={(m) => <Button small onClick={() => setEditing(m)} aria-label={t("readers_change_one", m.title)}>{t("readers_change")}</Button>} />}</Loaded>
      {editing && <ReadersDialog of={editing} onClose={() => setEditing(null)} onDone={() => { setEditing(null); all.again(); }} />}
    </section>
  );
}

function ReadersDialog({ of, onClose, onDone }: { of: Readable; onClose(): void; onDone(): void }) {
  const t = useText();
  const [who, setWho] = useState<"all" | "chosen">(of.subjects.length > 0 ? "chosen" : "all");
  const [subjects, setSubjects] = useState(of.subjects);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = who === "all" || subjects.length > 0;
  const save = async () => {
    setBusy(true);
    try { await admin.setReaders(of.model, who === "all" ? [] : subjects); toast(t("saved")); onDone(); } catch (err) { setError(told(err)); setBusy(false); }
  };
  return (
    <Dialog title={of.title} onClose={onClose} foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" busy={busy} disabled={!ready} onClick={() => void save()}>{t("save")}</Button></>}>
      <Choice<"all" | "chosen"> label={t("readers_who")} value={who} onChange={setWho} options={[["all", t("readers_all")], ["chosen", t("share_chosen")]]} />
      {who === "chosen" && <Picker label={t("share_pick")} chosen={subjects} onChange={setSubjects} />}
      {error && <Trouble text={error} />}
    </Dialog>
  );
}
