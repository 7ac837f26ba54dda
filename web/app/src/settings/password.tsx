import { useState } from "react";
import { api } from "../api";
import { told } from "../net";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { toast } from "../parts/toast";
import { loadSession, useSession } from "../session";
import { useText } from "../text";

/** Password sets one, or changes it for who has one. */
export function Password() {
  const t = useText();
  const has = useSession((s) => s?.person?.password ?? false);
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError("");
    try {
      await api.setPassword(old, fresh);
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
      {has && <Field label={t("password_old")} type="password" autoComplete="current-password" value={old} onChange={(e) => setOld(e.target.value)} />}
      <Field label={t("password_new")} hint={t("password_hint")} type="password" autoComplete="new-password" value={fresh} onChange={(e) => setFresh(e.target.value)} error={error} />
      <div><Button kind="main" type="submit" busy={busy} disabled={fresh.length < 10 || (has && !old)}>{t("password_save")}</Button></div>
    </form>
  );
}
