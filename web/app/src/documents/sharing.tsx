import { useEffect, useState } from "react";
import { useGrades } from "../grades";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Choice, Select, Switch } from "../parts/field";
import { Trouble } from "../parts/plain";
import { Picker } from "../people/picker";
import { loadDirectory, useDirectory } from "../people/directory";
import { useMay, useSession } from "../session";
import { everybody } from "../share/calls";
import { useText } from "../text";
import { documents, type Collection, type Doc } from "./calls";
import { readersOf, readersText } from "./readers";
import "../style/admin.css";

type Who = "me" | "chosen" | "all";

/** ShareDocuments says who may read documents, or a folder with what follows it. folder is what the documents lie in. */
export function ShareDocuments({ docs, collection, folder, onClose, onDone }: { docs?: Doc[]; collection?: Collection; folder?: Collection; onClose(): void; onDone(): void }) {
  const t = useText();
  const names = useDirectory();
  const me = useSession((s) => s?.person?.id ?? "");
  const allowed = useMay("share");
  const grades = useGrades();
  const first = docs?.[0];
  const before = (collection ?? first)?.readers ?? [];
  const [inherits, setInherits] = useState(first?.inherits === true && folder !== undefined);
  const [who, setWho] = useState<Who>(before.includes(everybody) ? "all" : before.length > 0 ? "chosen" : "me");
  const [readers, setReaders] = useState(before.filter((id) => id !== everybody));
  const [grade, setGrade] = useState(first && docs?.every((d) => d.grade === first.grade) ? String(first.grade) : "");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => { void loadDirectory(); }, []);
  const chosen = who === "all" ? [everybody] : who === "chosen" ? readers : [];
  const ready = who !== "chosen" || readers.length > 0;
  const save = async () => {
    setBusy(true);
    setError("");
    try {
      if (collection) await documents.changeCollection(collection.id, { readers: chosen });
      for (const d of docs ?? []) {
        await documents.change(d.id, { ...(folder && { inherits }), ...(!(folder && inherits) && { readers: chosen }), ...(grade !== "" && Number(grade) !== d.grade && { grade: Number(grade) }) });
      }
      onDone();
    } catch (err) { setError(told(err)); setBusy(false); }
  };
  const title = collection ? t("doc_share_folder", collection.name) : docs?.length === 1 ? t("doc_share_one", first?.name ?? "") : t("doc_share_many", docs?.length ?? 0);
  return (
    <Dialog title={title} detail={t(collection ? "doc_share_folder_detail" : "doc_share_detail")} onClose={onClose}>
      {!allowed ? <p className="quiet">{t("share_not_allowed")}</p> : (
        <form className="stack" onSubmit={(e) => { e.preventDefault(); if (ready) void save(); }}>
          {folder && <Switch label={t("doc_inherits")} detail={t("doc_inherits_detail", folder.name, folder.mine ? readersText(t, names, readersOf(folder)) : t("doc_shared_with_me"))} on={inherits} onChange={setInherits} />}
          {!(folder && inherits) && <>
            <Choice<Who> label={t("doc_who")} value={who} onChange={setWho} options={[["me", t("doc_only_me")], ["chosen", t("share_chosen")], ["all", t("share_everybody")]]} />
            {who === "chosen" && <Picker label={t("share_pick")} chosen={readers} onChange={setReaders} but={[me]} />}
          </>}
          {(collection?.above?.length ?? 0) > 0 && <p className="field-hint">{t("doc_above", readersText(t, names, collection?.above))}</p>}
          {docs && grades.clearance > 0 && <Select label={t("grade")} hint={t("doc_grade_detail")} value={grade} onChange={(e) => setGrade(e.target.value)}
            options={[...(grade === "" ? [["", t("doc_grade_mixed")] as [string, string]] : []), ...grades.items.filter((g) => g.grade <= grades.clearance).map((g): [string, string] => [String(g.grade), grades.nameOf(g.grade)])]} />}
          {error && <Trouble text={error} />}
          <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!ready}>{t("save")}</Button></div>
        </form>
      )}
    </Dialog>
  );
}
