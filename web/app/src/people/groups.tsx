import { useState } from "react";
import { admin, type Group } from "../admin/calls";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button, IconButton } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Grid } from "../parts/grid";
import { EmptyState, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { count, useText } from "../text";
import { loadDirectory, nameIn, useDirectory } from "./directory";
import { Picker } from "./picker";

/** GroupsPart lists groups of people, for sharing, models and limits. */
export function GroupsPart() {
  const t = useText();
  const all = useLoad(admin.groups);
  const names = useDirectory();
  const [editing, setEditing] = useState<Group | "new" | null>(null);
  const remove = async (g: Group) => {
    if (!(await confirm({ title: t("group_delete", g.name), detail: t("group_delete_detail"), yes: t("delete"), danger: true }))) return;
    await admin.removeGroup(g.id).then(() => { all.again(); void loadDirectory(true); }, (err: unknown) => toast(told(err), "bad"));
  };
  const add = <Button kind="main" icon="add" onClick={() => setEditing("new")}>{t("group_new")}</Button>;
  const listed = (g: Group) => { const first = g.members.slice(0, 3).map((m) => nameIn(names, m)).join(", "); return g.members.length > 3 ? t("group_and_more", first, g.members.length - 3) : first || "–"; };
  return (
    <section className="stack">
      <div className="head-row"><p className="quiet small grow">{t("groups_detail")}</p>{add}</div>
      <Loaded of={all}>{({ items }) => items.length === 0 ? <EmptyState icon="people" title={t("groups_none")} detail={t("groups_none_detail")} />
        : <Grid label={t("ad_groups")} rows={items} keyOf={(g) => g.id} columns={[
          { head: t("name"), main: true, cell: (g) => g.name },
          { head: t("group_size"), num: true, cell: (g) => count(g.members.length) },
          { head: t("group_members"), cell: listed },
        ]} act={(g) => <>
          <IconButton small icon="edit" label={t("group_edit_one", g.name)} onClick={() => setEditing(g)} />
          <IconButton small icon="trash" label={t("group_delete_one", g.name)} onClick={() => void remove(g)} />
        </>} />}</Loaded>
      {editing && <GroupDialog group={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={() => { setEditing(null); all.again(); void loadDirectory(true); }} />}
    </section>
  );
}

function GroupDialog({ group, onClose, onDone }: { group: Group | null; onClose(): void; onDone(): void }) {
  const t = useText();
  const [name, setName] = useState(group?.name ?? "");
  const [members, setMembers] = useState(group?.members ?? []);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try { await (group ? admin.changeGroup(group.id, { name: name.trim(), members }) : admin.addGroup(name.trim(), members)); onDone(); } catch (err) { setError(told(err)); setBusy(false); }
  };
  return (
    <Dialog title={t(group ? "group_edit" : "group_new")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (name.trim()) void save(); }}>
        <Field label={t("name")} value={name} onChange={(e) => setName(e.target.value)} maxLength={80} autoFocus required />
        <Picker label={t("group_members")} kinds={["person"]} chosen={members} onChange={setMembers} />
        {error && <Trouble text={error} />}
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!name.trim()}>{t("save")}</Button></div>
      </form>
    </Dialog>
  );
}
