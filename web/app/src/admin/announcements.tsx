import { useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { confirm } from "../parts/ask";
import { Button, IconButton } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Choice, Field, TextField } from "../parts/field";
import { EmptyState, Tag, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadSession } from "../session";
import { dayTime, useLang, useText, when } from "../text";
import { admin, type Told } from "./calls";
import { fromLocal, stateOf, toLocal } from "./moment";

/** AnnouncementsPart is what everybody is told. */
export function AnnouncementsPart() {
  const t = useText();
  const lang = useLang();
  const all = useLoad(admin.announcements);
  const [editing, setEditing] = useState<Told | "new" | null>(null);
  const changed = () => { setEditing(null); all.again(); void loadSession(); };
  const remove = async (a: Told) => {
    if (!(await confirm({ title: t("tell_delete"), yes: t("delete"), danger: true }))) return;
    await admin.unannounce(a.id).then(changed, (err: unknown) => toast(told(err), "bad"));
  };
  const textOf = (a: Told) => (lang === "ko" ? a.ko || a.en : a.en || a.ko);
  return (
    <section className="stack">
      <div className="head-row"><p className="quiet small grow">{t("tell_detail")}</p><Button kind="main" icon="add" onClick={() => setEditing("new")}>{t("tell_new")}</Button></div>
      <Loaded of={all}>{({ items }) => items.length === 0 ? <EmptyState icon="info" title={t("tell_none")} /> : (
        <ul className="rows loose">
          {items.map((a) => (
            <li key={a.id}>
              <div className="grow">
                <div>{textOf(a)}</div>
                <div className="quiet small num">{dayTime(a.begins)} – {a.ends ? dayTime(a.ends) : t("no_end")}</div>
              </div>
              {a.level === "warning" && <Tag kind="warn">{t("tell_warning")}</Tag>}
              <Tag kind={stateOf(a) === "now" ? "good" : ""}>{t("tell_" + stateOf(a))}</Tag>
              <IconButton small icon="edit" label={t("edit")} onClick={() => setEditing(a)} />
              <IconButton small icon="trash" label={t("delete")} onClick={() => void remove(a)} />
            </li>
          ))}
        </ul>
      )}</Loaded>
      {editing && <TellDialog a={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={changed} />}
    </section>
  );
}

function TellDialog({ a, onClose, onDone }: { a: Told | null; onClose(): void; onDone(): void }) {
  const t = useText();
  const [level, setLevel] = useState<Told["level"]>(a?.level ?? "info");
  const [ko, setKo] = useState(a?.ko ?? "");
  const [en, setEn] = useState(a?.en ?? "");
  const [begins, setBegins] = useState(a ? toLocal(when(a.begins)) : "");
  const [ends, setEnds] = useState(a?.ends ? toLocal(when(a.ends)) : "");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = ko.trim() !== "" || en.trim() !== "";
  const save = async () => {
    setBusy(true);
    const body = { level, ko: ko.trim(), en: en.trim(), ...(begins && { begins: fromLocal(begins) }), ...(ends && { ends: fromLocal(ends) }) };
    try { await (a ? admin.reannounce(a.id, body) : admin.announce(body)); onDone(); } catch (err) { setError(told(err)); setBusy(false); }
  };
  return (
    <Dialog wide title={t(a ? "tell_edit" : "tell_new")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (ready) void save(); }}>
        <TextField label={t("tell_ko")} rows={3} value={ko} onChange={(e) => setKo(e.target.value)} maxLength={1000} autoFocus lang="ko" />
        <TextField label={t("tell_en")} hint={t("tell_one")} rows={3} value={en} onChange={(e) => setEn(e.target.value)} maxLength={1000} lang="en" />
        <Choice<Told["level"]> label={t("tell_level")} value={level} onChange={setLevel} options={[["info", t("tell_info")], ["warning", t("tell_warning")]]} />
        <div className="two">
          <Field label={t("tell_begins")} hint={t("tell_begins_hint")} type="datetime-local" value={begins} onChange={(e) => setBegins(e.target.value)} />
          <Field label={t("tell_ends")} hint={t("tell_ends_hint")} type="datetime-local" value={ends} onChange={(e) => setEnds(e.target.value)} />
        </div>
        {error && <Trouble text={error} />}
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!ready}>{t("save")}</Button></div>
      </form>
    </Dialog>
  );
}
