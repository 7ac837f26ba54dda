import { useEffect, useState } from "react";
import type { Conversation } from "../api";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Select } from "../parts/field";
import { Icon } from "../parts/icon";
import { Trouble } from "../parts/plain";
import { loadDirectory, nameIn, useDirectory } from "../people/directory";
import { day, dayTime, useText } from "../text";
import { admin, type Said } from "./calls";

/** Look is what an auditor wants to read; nothing yet is a person to choose. */
export interface Look { message?: string; conversation?: string }

/** ReadDialog shows what somebody wrote to an auditor. It says before that the look is recorded, and asks for it each time. */
export function ReadDialog({ look, onClose }: { look: Look; onClose(): void }) {
  const t = useText();
  const names = useDirectory();
  const [person, setPerson] = useState("");
  const [object, setObject] = useState(look.conversation ?? look.message ?? "");
  const [titles, setTitles] = useState<{ items: Conversation[]; next: string } | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => { void loadDirectory(); }, []);
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setError("");
    try { await what(); } catch (err) { setError(told(err)); }
    setBusy(false);
  };
  const list = (cursor = "") => run(async () => {
    const page = await admin.titles(person, cursor);
    setTitles((now) => ({ items: [...(cursor ? now?.items ?? [] : []), ...page.items], next: page.next ?? "" }));
  });
  const read = (what: Look) => run(async () => setSaid(await admin.said(what)));
  const byId = () => read(object.startsWith("message-") || object === look.message ? { message: object.trim() } : { conversation: object.trim() });
  return (
    <Dialog wide title={said ? said.conversation.title || t("untitled") : t("audit_read")} onClose={onClose}>
      <div className="note warn"><Icon name="eye" size={18} /><span className="grow">{t("audit_read_warning")}</span></div>
      {error && <Trouble text={error} />}
      {said ? <>
        <p className="quiet small">{t("audit_read_of", nameIn(names, said.owner), day(said.conversation.updated))}</p>
        <div className="said" tabIndex={0} role="region" aria-label={t("conversation")}>
          {said.messages.map((m) => <div key={m.id}><b>{t(m.role === "user" ? "said_asker" : "said_model")} · {dayTime(m.created)}</b>{m.deleted ? t("message_gone") : m.text}</div>)}
        </div>
        <div><Button icon="back" onClick={() => setSaid(null)}>{t("back")}</Button></div>
      </> : <>
        <form className="head-row" onSubmit={(e) => { e.preventDefault(); if (person) void list(); }}>
          <div className="grow"><Select label={t("audit_person")} value={person} onChange={(e) => { setPerson(e.target.value); setTitles(null); }} options={[["", t("people_heir_choose")], ...names.filter((n) => n.kind === "person").map((n): [string, string] => [n.id, n.name])]} /></div>
          <Button type="submit" busy={busy} disabled={!person}>{t("audit_titles")}</Button>
        </form>
        {titles && (titles.items.length === 0 ? <p className="quiet small">{t("audit_no_titles")}</p> : (
          <ul className="rows">{titles.items.map((c) => <li key={c.id}><span className="grow cut">{c.title || t("untitled")}</span><span className="quiet small num">{day(c.updated)}</span><Button small onClick={() => void read({ conversation: c.id })} aria-label={t("audit_read_one", c.title)}>{t("audit_read_it")}</Button></li>)}</ul>
        ))}
        {titles?.next && <div><Button small onClick={() => void list(titles.next)}>{t("more_rows")}</Button></div>}
        <form className="head-row" onSubmit={(e) => { e.preventDefault(); if (object.trim()) void byId(); }}>
          <div className="grow"><Field label={t("audit_by_id")} value={object} spellCheck={false} onChange={(e) => setObject(e.target.value)} /></div>
          <Button type="submit" busy={busy} disabled={!object.trim()}>{t("audit_read_it")}</Button>
        </form>
      </>}
    </Dialog>
  );
}
