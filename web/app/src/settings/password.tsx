import { useState } from "react";
import { told } from "../net";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { toast } from "../parts/toast";
import { loadSession, useSession } from "../session";
import { useText } from "../text";
import { mine } from "./calls";

/** Password sets one, or changes it for who has one. Whoever has no login yet, as the first administrator, chooses it here. */
export function Password() {
  const t = useText();
  const has = useSession((s) => s?.person?.password ?? false);
  const known = useSession((s) => s?.person?.login ?? "");
  const [login, setLogin] = useState("");
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError("");
    try {
      await mine.setPassword({ old, new: fresh, ...(!known && { login: login.trim() }) });
      setOld("");
      setFresh("");
      toast(t("password_saved"));
      await loadSession();
    } catch (err) {
      setError(told(err));
    }
    setBusy(false);
  };
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); void save(); }}>
      {!has && <p className="quiet">{t("password_none")}</p>}
      {known ? <input type="text" autoComplete="username" value={known} readOnly hidden />
        : <Field label={t("login")} hint={t("login_hint")} autoComplete="username" autoCapitalize="none" spellCheck={false} value={login} onChange={(e) => setLogin(e.target.value)} />}
      {has && <Field label={t("password_old")} type="password" autoComplete="current-password" value={old} onChange={(e) => setOld(e.target.value)} />}
      <Field label={t("password_new")} hint={t("password_hint")} type="password" autoComplete="new-password" value={fresh} onChange={(e) => setFresh(e.target.value)} error={error} />
      <div><Button kind="main" type="submit" busy={busy} disabled={fresh.length < 10 || (has && !old) || (!known && !login.trim())}>{t("password_save")}</Button></div>
    </form>
  );
}
