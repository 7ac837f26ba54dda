// Before somebody is signed in: the way in, and what to do where there is none yet.

import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { api } from "../api";
import { told } from "../net";
import { Common } from "../app";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { Brand } from "../parts/brand";
import { Trouble } from "../parts/plain";
import { loadSession, useSession } from "../session";
import { otherLanguage } from "../shell/account";
import { texts, useText } from "../text";
import "../style/enter.css";

function Frame({ title, detail, children }: { title: string; detail?: ReactNode; children?: ReactNode }) {
  const t = useText();
  const other = texts.get().lang === "ko" ? "en" : "ko"; // said in its own words
  const brand = useSession((s) => s?.branding?.name) || "ChatEXAONE";
  const notice = useSession((s) => s?.branding?.notice);
  useEffect(() => { document.title = `${title} · ${brand}`; }, [title, brand]);
  return (
    <div className="enter">
      <main className="enter-card">
        <div className="enter-brand"><Brand size={40} /><span>{brand}</span></div>
        <h1>{title}</h1>
        {detail && <div className="enter-detail">{detail}</div>}
        {children}
        {notice && <p className="enter-notice">{notice}</p>}
      </main>
      <footer className="enter-foot"><button type="button" id="lang" className="link-button" lang={other} onClick={() => void otherLanguage()} title={t("other_language_label")}>{other === "en" ? "English" : "한국어"}</button></footer>
      <Common />
    </div>
  );
}

/** SignIn asks for a login and a password. */
export function SignIn() {
  const t = useText();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError("");
    try {
      await api.signIn(login.trim(), password);
      await loadSession();
    } catch (err) {
      setError(told(err));
      setPassword("");
    }
    setBusy(false);
  };
  return (
    <Frame title={t("sign_in")} detail={t("sign_in_detail")}>
      <form className="stack" onSubmit={(e) => void submit(e)}>
        <Field label={t("login")} value={login} onChange={(e) => setLogin(e.target.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus required />
        <Field label={t("password")} type="password" value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="current-password" required error={error} />
        <Button kind="main" type="submit" className="wide-button" busy={busy} disabled={!login.trim() || !password}>{t("sign_in")}</Button>
      </form>
      <p className="enter-help">{t("sign_in_help")}</p>
    </Frame>
  );
}

/** OpenLink is shown before anybody administers this server. */
export function OpenLink() {
  const t = useText();
  return (
    <Frame title={t("first_title")} detail={t("first_detail")}>
      <ol className="enter-steps">
        <li>{t("first_step_1")}<pre className="terminal" aria-label={t("first_terminal")}><span>$ exaone serve</span>{"\n"}<b>{location.origin}/#link=…</b></pre></li>
        <li>{t("first_step_2")}</li>
      </ol>
      <p className="enter-help">{t("first_lost")}</p>
    </Frame>
  );
}

/** UseLink lets somebody in by a link that works once, and asks for what it does not know. */
export function UseLink({ secret, onDone }: { secret: string; onDone(): void }) {
  const t = useText();
  const [needs, setNeeds] = useState<string[] | null>(null);
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (body: { secret: string; name?: string; login?: string; password?: string }) => {
    setBusy(true);
    setError("");
    try {
      const got = await api.useLink(body);
      if (got?.needs && got.needs.length > 0) {
        setNeeds(got.needs);
        if (got.name) setName((s) => s || (got.name ?? ""));
      } else {
        await loadSession();
        onDone();
      }
    } catch (err) {
      setError(told(err));
    }
    setBusy(false);
  };
  // Once, whatever draws this again: a link works once.
  useEffect(() => { void send({ secret }); }, [secret]);
  if (!needs) {
    return (
      <Frame title={error ? t("link_bad") : t("link_opening")} detail={error ? t("link_bad_detail") : undefined}>
        {error ? <><Trouble text={error} /><Button className="wide-button" onClick={onDone}>{t("link_to_sign_in")}</Button></> : <span className="spin" />}
      </Frame>
    );
  }
  const wants = (what: string) => needs.includes(what);
  const ready = (!wants("name") || name.trim()) && (!wants("login") || login.trim()) && (!wants("password") || password.length >= 10);
  return (
    <Frame title={t("join")} detail={t("join_detail")}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); void send({ secret, ...(wants("name") && { name: name.trim() }), ...(wants("login") && { login: login.trim() }), ...(wants("password") && { password }) }); }}>
        {wants("name") && <Field label={t("name")} value={name} onChange={(e) => setName(e.target.value)} autoComplete="name" autoFocus maxLength={80} />}
        {wants("login") && <Field label={t("login")} hint={t("login_hint")} value={login} onChange={(e) => setLogin(e.target.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} />}
        {wants("password") && <Field label={t("password_new")} hint={t("password_hint")} type="password" value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="new-password" />}
        {error && <p className="field-error" role="alert">{error}</p>}
        <Button kind="main" type="submit" className="wide-button" busy={busy} disabled={!ready}>{t("join_done")}</Button>
      </form>
    </Frame>
  );
}

/** Unreachable is shown where the server does not answer. */
export function Unreachable({ text }: { text: string }) {
  const t = useText();
  return <Frame title={t("unreachable")}><Trouble text={text} again={() => location.reload()} /></Frame>;
}
