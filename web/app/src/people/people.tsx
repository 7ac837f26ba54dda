import { useState } from "react";
import type { Role } from "../api";
import { admin, type Invitation, type LetIn, type Member } from "../admin/calls";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button, IconButton } from "../parts/button";
import { Field } from "../parts/field";
import { Grid } from "../parts/grid";
import { Menu, type MenuItem } from "../parts/menu";
import { OnceDialog } from "../parts/once";
import { Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { go } from "../router";
import { useMay, useSession } from "../session";
import { count, day, useText } from "../text";
import { Depart, InviteDialog, PersonDialog } from "./person";

type Doing = { kind: "invite" } | { kind: "edit" | "depart"; who: Member } | null;

/** PeoplePart lists who is here, and lets people in and out. */
export function PeoplePart() {
  const t = useText();
  const people = useLoad(admin.people);
  const invites = useMay("invite");
  const unsafe = useSession((s) => s?.person?.password === false);
  const [typed, setTyped] = useState("");
  const [doing, setDoing] = useState<Doing>(null);
  const [link, setLink] = useState<{ name: string; link: string; until: string } | null>(null);
  const [turn, setTurn] = useState(0);
  const changed = () => { setDoing(null); people.again(); setTurn((n) => n + 1); };
  const shown = (m: Member) => [m.name, m.login, ...m.teams.map((x) => x.name)].some((s) => s.normalize("NFC").toLowerCase().includes(typed.normalize("NFC").trim().toLowerCase()));
  return (
    <section className="stack">
      {unsafe && <div className="note warn"><span className="grow">{t("people_password_first")}</span><Button small onClick={() => go("/settings/account")}>{t("password_save")}</Button></div>}
      <div className="head-row">
        <div className="grow"><Field label={t("people_find")} type="search" value={typed} onChange={(e) => setTyped(e.target.value)} /></div>
        {invites && <Button kind="main" icon="add" onClick={() => setDoing({ kind: "invite" })}>{t("people_invite")}</Button>}
      </div>
      <Loaded of={people} lines={6}>{({ items }) => {
        const rows = items.filter(shown).sort((a, b) => Number(off(a)) - Number(off(b)) || a.name.localeCompare(b.name));
        return <>
          <Grid label={t("ad_people")} rows={rows} keyOf={(m) => m.id} quiet={off} columns={[
            { head: t("name"), main: true, cell: (m) => <>{m.name}{m.login && <span className="quiet"> {m.login}</span>}</> },
            { head: t("role"), cell: (m) => <Tag kind={m.role === "admin" ? "accent" : ""}>{t("role_" + m.role)}</Tag> },
            { head: t("teams"), cell: (m) => m.teams.map((x) => x.name).join(", ") || "–" },
            { head: t("state"), cell: (m) => <StateTag m={m} /> },
            { head: t("since"), cell: (m) => day(m.created) },
          ]} act={(m) => <PersonMenu m={m} onDo={setDoing} onChange={changed} onLink={(l) => setLink({ name: l.name, link: l.link, until: day(l.expires) })} />} />
          <p className="quiet small num">{t("people_count", count(items.filter((m) => !off(m)).length))}</p>
        </>;
      }}</Loaded>
      {invites && <Waiting key={turn} nameOf={(id) => people.value?.items.find((m) => m.id === id)?.name ?? ""} />}
      {doing?.kind === "invite" && <InviteDialog onClose={() => setDoing(null)} onDone={(name, at, until) => { setLink({ name, link: at, until: day(until) }); changed(); }} />}
      {doing?.kind === "edit" && <PersonDialog who={doing.who} onClose={() => setDoing(null)} onDone={changed} />}
      {doing?.kind === "depart" && <Depart who={doing.who} others={people.value?.items.filter((m) => !off(m) && m.id !== doing.who.id) ?? []} onClose={() => setDoing(null)} onDone={changed} />}
      {link && <OnceDialog title={t("people_link_for", link.name || t("people_somebody"))} label={t("people_link")} value={link.link} detail={t("people_link_detail", link.until)} onClose={() => setLink(null)} />}
    </section>
  );
}

const off = (m: Member): boolean => m.disabled !== null || m.departed !== null;

function StateTag({ m }: { m: Member }) {
  const t = useText();
  if (m.departed) return <Tag>{t("people_departed")}</Tag>;
  if (m.disabled) return <Tag kind="warn">{t("people_disabled")}</Tag>;
  return m.password ? <Tag kind="good">{t("people_active")}</Tag> : <Tag>{t("people_no_password")}</Tag>;
}

function PersonMenu({ m, onDo, onChange, onLink }: { m: Member; onDo(d: Doing): void; onChange(): void; onLink(l: LetIn): void }) {
  const t = useText();
  const me = useSession((s) => s?.person?.id) === m.id;
  if (m.departed) return null;
  const bad = (err: unknown) => toast(told(err), "bad");
  const disable = async () => {
    if (await confirm({ title: t("people_disable_title", m.name), detail: t("people_disable_detail"), yes: t("people_disable"), danger: true })) await admin.disable(m.id).then(onChange, bad);
  };
  const reset = async () => {
    if (await confirm({ title: t("people_reset_title", m.name), detail: t("people_reset_detail"), yes: t("people_reset") })) await admin.reset(m.id).then(onLink, bad);
  };
  const items: MenuItem[] = [
    { text: t("edit"), icon: "edit", run: () => onDo({ kind: "edit", who: m }) },
    ...(m.disabled ? [] : [{ text: t("people_reset"), icon: "link" as const, run: () => void reset() }]),
    { line: true },
    m.disabled ? { text: t("people_enable"), icon: "play", run: () => void admin.enable(m.id).then(onChange, bad) }
      : { text: t("people_disable"), icon: "stop", disabled: me, run: () => void disable() },
    { text: t("people_depart"), icon: "out", danger: true, disabled: me, run: () => onDo({ kind: "depart", who: m }) },
  ];
  return <Menu label={t("people_more", m.name)} align="end" items={items} trigger={(p) => <IconButton small icon="dots" label={t("people_more", m.name)} {...p} />} />;
}

/** Waiting are invitations that nobody has used. */
function Waiting({ nameOf }: { nameOf(person: string): string }) {
  const t = useText();
  const all = useLoad(admin.invites);
  const open = all.value?.items.filter((l) => l.kind !== "first" && !l.used && !l.revoked && new Date(l.expires) > new Date()) ?? [];
  if (open.length === 0) return null;
  const who = (l: Invitation) => l.name || nameOf(l.person) || t("people_somebody");
  const revoke = (l: Invitation) => admin.revokeInvite(l.id).then(() => { toast(t("invite_revoked")); all.again(); }, (err: unknown) => toast(told(err), "bad"));
  return (
    <section className="stack">
      <h2>{t("invites")}</h2>
      <ul className="rows loose">
        {open.map((l) => (
          <li key={l.id}>
            <div className="grow"><div>{who(l)} {l.kind === "invite" ? <Tag>{t("role_" + (l.role as Role))}</Tag> : <Tag>{t("people_reset")}</Tag>}</div><div className="quiet small">{t("until", day(l.expires))}</div></div>
            <Button small onClick={() => void revoke(l)} aria-label={t("invite_revoke_one", who(l))}>{t("revoke")}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
