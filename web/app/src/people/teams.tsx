import { useState } from "react";
import { admin, type TeamRow } from "../admin/calls";
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

/** TeamsPart lists teams of people, for sharing, models and limits. */
export function TeamsPart() {
  const t = useText();
  const all = useLoad(admin.teams);
  const names = useDirectory();
  const [editing, setEditing] = useState<TeamRow | "new" | null>(null);
  const remove = async (g: TeamRow) => {
    if (!(await confirm({ title: t("team_delete", g.name), detail: t("team_delete_detail"), yes: t("delete"), danger: true }))) return;
    await admin.removeTeam(g.id).then(() => { all.again(); void loadDirectory(true); }, (err: unknown) => toast(told(err), "bad"));
  };
  const add = <Button kind="main" icon="add" onClick={() => setEditing("new")}>{t("team_new")}</Button>;
  const listed = (g: TeamRow) => { const first = g.members.slice(0, 3).map((m) => nameIn(names, m)).join(", "); return g.members.length > 3 ? t("team_and_more", first, g.members.length - 3) : first || "–"; };
  return (
    <section className="stack">
      <div className="head-row"><p className="quiet small grow">{t("teams_detail")}</p>{add}</div>
      <Loaded of={all}>{({ items }) => items.length === 0 ? <EmptyState icon="people" title={t("teams_none")} detail={t("teams_none_detail")} />
        : <Grid label={t("ad_teams")} rows={items} keyOf={(g) => g.id} columns={[
          { head: t("name"), main: true, cell: (g) => g.name },
          { head: t("team_size"), num: true, cell: (g) => count(g.members.length) },
          { head: t("team_members"), cell: listed },
        ]} act={(g) => <>
          <IconButton small icon="edit" label={t("team_edit_one", g.name)} onClick={() => setEditing(g)} />
          <IconButton small icon="trash" label={t("team_delete_one", g.name)} onClick={() => void remove(g)} />
        </>} />}</Loaded>
      {editing && <TeamDialog team={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={() => { setEditing(null); all.again(); void loadDirectory(true); }} />}
    </section>
  );
}

function TeamDialog({ team, onClose, onDone }: { team: TeamRow | null; onClose(): void; onDone(): void }) {
  const t = useText();
  const [name, setName] = useState(team?.name ?? "");
  const [members, setMembers] = useState(team?.members ?? []);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try { await (team ? admin.changeTeam(team.id, { name: name.trim(), members }) : admin.addTeam(name.trim(), members)); onDone(); } catch (err) { setError(told(err)); setBusy(false); }
  };
  return (
    <Dialog title={t(team ? "team_edit" : "team_new")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (name.trim()) void save(); }}>
        <Field label={t("name")} value={name} onChange={(e) => setName(e.target.value)} maxLength={80} autoFocus required />
        <Picker label={t("team_members")} kinds={["person"]} chosen={members} onChange={setMembers} />
        {error && <Trouble text={error} />}
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!name.trim()}>{t("save")}</Button></div>
      </form>
    </Dialog>
  );
}
