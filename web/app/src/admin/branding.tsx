import { useRef, useState } from "react";
import { Loaded, useLoad } from "../load";
import { lang, useText } from "../text";
import { Refused, told } from "../net";
import { Button } from "../parts/button";
import { Field, TextField } from "../parts/field";
import { Mark } from "../parts/icon";
import { Tag, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { loadSession } from "../session";
import { admin, type Brand } from "./calls";
import { contrastWithWhite, legible } from "./colour";

/** BrandPart is how a company has the page look. */
export function BrandPart() {
  const got = useLoad(admin.brand);
  return <Loaded of={got}>{(b) => <BrandForm key={b.logo} b={b} onChange={() => { got.again(); void loadSession(); }} />}</Loaded>;
}

const colours = ["#a50034", "#b3261e", "#9a4a00", "#146c43", "#0c6377", "#1c55b0", "#4b3fb0", "#7d3c98", "#39424e"];

function BrandForm({ b, onChange }: { b: Brand; onChange(): void }) {
  const t = useText();
  const [name, setName] = useState(b.name);
  const [accent, setAccent] = useState(b.accent);
  const [notice, setNotice] = useState(b.notice);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setError("");
    try { await admin.setBrand({ name: name.trim(), accent, notice: notice.trim() }); toast(t("saved")); onChange(); } catch (err) { setError(told(err)); }
    setBusy(false);
  };
  const weak = accent !== "" && !legible(accent);
  return (
    <form className="stack wide-gap" onSubmit={(e) => { e.preventDefault(); void save(); }}>
      <Field label={t("brand_name")} hint={t("brand_name_hint")} placeholder="ChatEXAONE" value={name} onChange={(e) => setName(e.target.value)} maxLength={40} />
      <div className="field">
        <div id="brand-accent" className="small"><b>{t("brand_accent")}</b></div>
        <div className="swatches" role="radiogroup" aria-labelledby="brand-accent">
          {colours.map((c) => (
            <button key={c} type="button" role="radio" className="swatch" aria-checked={(accent || "#a50034") === c} aria-label={c} onClick={() => setAccent(c)}><svg viewBox="0 0 2 2" aria-hidden="true"><rect width="2" height="2" fill={c} /></svg></button>
          ))}
          <input type="color" className="colour" aria-label={t("brand_accent_own")} value={accent || "#a50034"} onChange={(e) => setAccent(e.target.value)} />
          {accent && <Button small kind="quiet" onClick={() => setAccent("")}>{t("brand_accent_ours")}</Button>}
        </div>
        {weak && <div className="field-error" role="alert">{t("brand_weak", contrastWithWhite(accent).toFixed(1))}</div>}
      </div>
      <TextField label={t("brand_notice")} hint={t("brand_notice_hint")} rows={3} value={notice} onChange={(e) => setNotice(e.target.value)} maxLength={160} />
      <Logo logo={b.logo} name={name.trim() || "ChatEXAONE"} onChange={onChange} />
      {error && <Trouble text={error} />}
      <div><Button kind="main" type="submit" busy={busy} disabled={weak}>{t("save")}</Button></div>
    </form>
  );
}

async function putLogo(file: File): Promise<void> {
  const reply = await fetch("/api/admin/branding/logo", { method: "PUT", body: file, headers: { "Accept-Language": lang(), "Content-Type": "image/png" } });
  if (reply.ok) return;
  const error = await reply.json().then((j: { error?: { message?: string; code?: string } }) => j.error, () => undefined);
  throw new Refused(error?.message ?? "", error?.code ?? "", reply.status);
}

function Logo({ logo, name, onChange }: { logo: string; name: string; onChange(): void }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const done = (p: Promise<unknown>) => void p.then(() => { toast(t("saved")); onChange(); }, (err: unknown) => toast(told(err), "bad"));
  return (
    <div className="field">
      <div className="small"><b>{t("brand_logo")}</b> {!logo && <Tag>{t("brand_logo_none")}</Tag>}</div>
      <div className="head-row">
        <div className="brand-show">{logo ? <><img src={logo} alt={t("brand_logo")} />{name}</> : <><Mark size={28} />{name}</>}</div>
        <input ref={input} type="file" accept="image/png" hidden onChange={(e) => { const f = e.target.files?.[0]; e.target.value = ""; if (f) done(putLogo(f)); }} />
        <Button onClick={() => input.current?.click()}>{t("brand_logo_choose")}</Button>
        {logo && <Button kind="quiet" onClick={() => done(admin.removeLogo())}>{t("delete")}</Button>}
      </div>
      <div className="field-hint">{t("brand_logo_hint")}</div>
    </div>
  );
}
