import { useState, type ReactNode } from "react";
import type { Role, Time } from "../api";
import { admin, type Member } from "../admin/calls";
import { useGrades } from "../grades";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Select } from "../parts/field";
import { Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { useSession } from "../session";
import { useText } from "../text";
import { Picker } from "./picker";

const roles: Role[] = ["member", "guest", "auditor", "admin"];

/** useSave runs what may be refused: whether it is under way, and why it was refused. */
function useSave() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const run = async (save: () => Promise<void>) => {
    setBusy(true);
    setError("");
    try { await save(); } catch (err) { setError(told(err)); setBusy(false); }
  };
  return { busy, error, run };
}

function Asking({ title, yes, danger, ready, save, onClose, children }: { title: string; yes: string; danger?: boolean; ready: boolean; save(): Promise<void>; onClose(): void; children: ReactNode }) {
  const t = useText();
  const { busy, error, run } = useSave();
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (ready) void run(save); }}>
        {children}
        {error && <Trouble text={error} />}
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind={danger ? "danger" : "main"} type="submit" busy={busy} disabled={!ready}>{yes}</Button></div>
      </form>
    </Dialog>
  );
}

function RoleField({ value, onChange }: { value: string; onChange(role: Role): void }) {
  const t = useText();
  return <Select label={t("role")} hint={t("role_detail_" + value)} value={value} onChange={(e) => onChange(e.target.value as Role)} options={roles.map((r) => [r, t("role_" + r)])} />;
}

/** InviteDialog makes a link by which somebody new comes in. */
export function InviteDialog({ onClose, onDone }: { onClose(): void; onDone(name: string, link: string, until: Time): void }) {
  const t = useText();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [teams, setTeams] = useState<string[]>([]);
  const [days, setDays] = useState("7");
  const save = async () => {
    const made = await admin.invite({ name: name.trim(), role, teams, days: Number(days) });
    onDone(made.name, made.link ?? "", made.expires);
  };
  return (
    <Asking title={t("people_invite")} yes={t("invite_make")} ready save={save} onClose={onClose}>
      <p className="quiet small">{t("invite_detail")}</p>
      <Field label={t("invite_name")} hint={t("invite_name_hint")} value={name} onChange={(e) => setName(e.target.value)} maxLength={80} autoFocus />
      <div className="two">
        <RoleField value={role} onChange={setRole} />
        <Select label={t("ends")} value={days} onChange={(e) => setDays(e.target.value)} options={[["1", t("in_days", 1)], ["7", t("in_days", 7)], ["30", t("in_days", 30)]]} />
      </div>
      <Picker label={t("teams")} kinds={["team"]} chosen={teams} onChange={setTeams} />
    </Asking>
  );
}

/** PersonDialog changes what somebody is called and may do. */
export function PersonDialog({ who, onClose, onDone }: { who: Member; onClose(): void; onDone(): void }) {
  const t = useText();
  const me = useSession((s) => s?.person?.id) === who.id;
  const [name, setName] = useState(who.name);
  const [login, setLogin] = useState(who.login);
  const [role, setRole] = useState<Role>(who.role);
  const [grade, setGrade] = useState(who.grade);
  const grades = useGrades();
  const save = async () => {
    await admin.changePerson(who.id, {
      ...(name.trim() !== who.name && { name: name.trim() }), ...(login.trim() !== who.login && { login: login.trim() }), ...(role !== who.role && { role }), ...(grade !== who.grade && { grade }),
    });
    toast(t("saved"));
    onDone();
  };
  return (
    <Asking title={who.name} yes={t("save")} ready={name.trim() !== ""} save={save} onClose={onClose}>
      <Field label={t("name")} value={name} onChange={(e) => setName(e.target.value)} maxLength={80} autoFocus />
      <Field label={t("login")} value={login} onChange={(e) => setLogin(e.target.value)} autoCapitalize="none" spellCheck={false} />
      <RoleField value={role} onChange={setRole} />
      {!me && grades.items.length > 1 && <Select label={t("clearance")} hint={t("clearance_detail")} value={String(grade)} onChange={(e) => setGrade(Number(e.target.value))}
        options={grades.items.map((g) => [String(g.grade), grades.nameOf(g.grade)])} />}
      {me && role !== who.role && <div className="note warn">{t("people_own_role")}</div>}
    </Asking>
  );
}

/** Depart ends an account for good and hands over what it has. */
export function Depart({ who, others, onClose, onDone }: { who: Member; others: Member[]; onClose(): void; onDone(): void }) {
  const t = useText();
  const [heir, setHeir] = useState("");
  const me = useSession((s) => s?.person?.id ?? "");
  const without = others.filter((m) => m.id !== me); // nobody takes what others wrote for themselves
  const heirs = without.length > 0 ? without : others;
  const save = async () => {
    await admin.depart(who.id, heir);
    toast(t("people_departed_now", who.name));
    onDone();
  };
  return (
    <Asking danger title={t("people_depart_title", who.name)} yes={t("people_depart")} ready={heir !== ""} save={save} onClose={onClose}>
      <p>{t("people_depart_detail")}</p>
      <Select label={t("people_heir")} hint={t("people_heir_detail")} value={heir} onChange={(e) => setHeir(e.target.value)} options={[["", t("people_heir_choose")], ...heirs.map((m): [string, string] => [m.id, m.login ? `${m.name} (${m.login})` : m.name])]} />
    </Asking>
  );
}
