import { useEffect, useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button, IconButton } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Select } from "../parts/field";
import { Grid } from "../parts/grid";
import { EmptyState, Tag, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadDirectory, nameIn, useDirectory } from "../people/directory";
import { count, useText } from "../text";
import { admin, type Limit } from "./calls";
import { limitText, readLimit } from "./limit";

/** A team may have two limits: one of each member, and one of all together. */
const keyOf = (l: Limit): string => (l.together ? "all:" : "") + l.subject;

/** LimitsPart says how much people may use: the nearest limit counts, one's own before a team's before everybody's. */
export function LimitsPart() {
  const t = useText();
  const all = useLoad(admin.limits);
  const names = useDirectory();
  const [editing, setEditing] = useState<Limit | "new" | null>(null);
  useEffect(() => { void loadDirectory(); }, []);
  const nameOf = (l: Limit) => (l.subject === "" ? t("limits_everybody") : nameIn(names, l.subject));
  const remove = async (l: Limit) => {
    if (!(await confirm({ title: t("limits_remove", nameOf(l)), detail: t("limits_remove_detail"), yes: t("delete"), danger: true }))) return;
    await admin.removeLimit(l.subject, l.together).then(all.set, (err: unknown) => toast(told(err), "bad"));
  };
  const said = (n: number) => (n < 0 ? t("limits_none") : count(n));
  return (
    <section className="stack">
      <div className="head-row"><p className="quiet small grow">{t("limits_detail")}</p><Button kind="main" icon="add" onClick={() => setEditing("new")}>{t("limits_new")}</Button></div>
      <Loaded of={all}>{({ items }) => items.length === 0 ? <EmptyState icon="scale" title={t("limits_empty")} detail={t("limits_empty_detail")} />
        : <Grid label={t("ad_limits")} rows={[...items].sort((a, b) => Number(a.subject !== "") - Number(b.subject !== ""))} keyOf={keyOf} columns={[
          { head: t("limits_who"), main: true, cell: (l) => <>{nameOf(l)} {names.find((n) => n.id === l.subject)?.kind === "team" && <Tag>{t(l.together ? "limits_team_whole" : "limits_team_each")}</Tag>}</> },
          { head: t("limits_day"), num: true, cell: (l) => said(l.per_day) },
          { head: t("limits_minute"), num: true, cell: (l) => said(l.per_minute) },
          { head: t("limits_once"), num: true, cell: (l) => said(l.at_once) },
        ]} act={(l) => <>
          <IconButton small icon="edit" label={t("limits_edit_one", nameOf(l))} onClick={() => setEditing(l)} />
          <IconButton small icon="trash" label={t("limits_remove", nameOf(l))} onClick={() => void remove(l)} />
        </>} />}</Loaded>
      {editing && <LimitDialog limit={editing === "new" ? null : editing} taken={all.value?.items.map(keyOf) ?? []} onClose={() => setEditing(null)} onDone={() => { setEditing(null); all.again(); }} />}
    </section>
  );
}

function LimitDialog({ limit, taken, onClose, onDone }: { limit: Limit | null; taken: string[]; onClose(): void; onDone(): void }) {
  const t = useText();
  const names = useDirectory();
  const free: [string, string][] = [["", t("limits_everybody")], ...names.flatMap((n): [string, string][] => (n.kind === "team" ? [[n.id, `${n.name} (${t("limits_team_each")})`], ["all:" + n.id, `${n.name} (${t("limits_team_whole")})`]] : [[n.id, n.name]]))];
  const open = limit ? free.filter(([id]) => id === keyOf(limit)) : free.filter(([id]) => !taken.includes(id));
  const [subject, setSubject] = useState<string | null>(limit ? keyOf(limit) : null);
  const [day, setDay] = useState(limitText(limit?.per_day ?? -1));
  const [minute, setMinute] = useState(limitText(limit?.per_minute ?? -1));
  const [once, setOnce] = useState(limitText(limit?.at_once ?? -1));
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const whom = subject ?? open[0]?.[0] ?? "";
  const [perDay, perMinute, atOnce] = [readLimit(day), readLimit(minute), readLimit(once)];
  const ready = perDay !== null && perMinute !== null && atOnce !== null && open.length > 0;
  const save = async () => {
    if (perDay === null || perMinute === null || atOnce === null) return;
    setBusy(true);
    try { await admin.setLimit({ subject: whom.replace(/^all:/, ""), ...(whom.startsWith("all:") && { together: true }), per_day: perDay, per_minute: perMinute, at_once: atOnce }); toast(t("saved")); onDone(); } catch (err) { setError(told(err)); setBusy(false); }
  };
  const field = (label: string, hint: string, value: string, put: (v: string) => void, bad: boolean) =>
    <Field label={label} hint={hint} inputMode="numeric" placeholder={t("limits_none")} value={value} onChange={(e) => put(e.target.value)} error={bad ? t("limits_bad") : undefined} />;
  return (
    <Dialog title={t(limit ? "limits_edit" : "limits_new")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (ready) void save(); }}>
        <Select label={t("limits_who")} value={whom} disabled={limit !== null} onChange={(e) => setSubject(e.target.value)} options={limit && open.length === 0 ? [[keyOf(limit), limit.subject]] : open} />
        {field(t("limits_day"), t("limits_day_hint"), day, setDay, perDay === null)}
        {field(t("limits_minute"), t("limits_minute_hint"), minute, setMinute, perMinute === null)}
        {field(t("limits_once"), t("limits_once_hint"), once, setOnce, atOnce === null)}
        {error && <Trouble text={error} />}
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!ready}>{t("save")}</Button></div>
      </form>
    </Dialog>
  );
}
