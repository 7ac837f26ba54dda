import { useState } from "react";
import { api, type Note, type Pull } from "../api";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { go } from "../router";
import { useMay, useSession } from "../session";
import { bytes, useText, type Translate } from "../text";
import { useAnswerer, Weak } from "./level";
import { act, bring, titleOf, useModels } from "./state";

export function progressText(t: Translate, p: Pull): string {
  if (p.phase !== "download" || !p.total) return t("phase_" + p.phase);
  let text = t("progress", bytes(p.done), bytes(p.total), Math.floor((100 * p.done) / p.total));
  if (p.rate > 0) {
    const left = Math.ceil((p.total - p.done) / p.rate);
    text += " · " + (left < 90 ? t("left_seconds", left) : t("left_minutes", Math.ceil(left / 60)));
  }
  return text;
}

/** Notices say what a person should know before asking: announcements, models on their way, what a model cannot do. */
export function Notices({ fresh }: { fresh: boolean }) {
  const t = useText();
  const status = useModels((m) => m.status);
  const offers = useModels((m) => m.offers);
  const trouble = useModels((m) => m.trouble);
  const manages = useMay("models.manage");
  const announcements = useSession((s) => s?.announcements) ?? [];
  const [closed, setClosed] = useState<string[]>(() => JSON.parse(localStorage.getItem("closed") ?? "[]") as string[]);
  const close = (id: string) => {
    const all = [...closed, id].slice(-50);
    setClosed(all);
    localStorage.setItem("closed", JSON.stringify(all));
  };
  const person = useSession((s) => s?.person ?? null);
  const open = person !== null && !person.password && !closed.includes("password:" + person.id);
  const missing = status?.state === "none" && status.pulls.length === 0 ? status : null;
  const answerer = useAnswerer().name;
  const here = offers.find((o) => o.model === status?.model);
  const korean = here && !here.korean && !here.elsewhere && !closed.includes("korean:" + here.model);
  return (
    <div id="notices" aria-live="polite">
      {announcements.filter((a) => !closed.includes(a.id)).map((a) => (
        <div key={a.id} className={"notice " + (a.level === "warning" ? "warn" : "info")}><Icon name="info" size={18} /><span className="grow">{a.text}</span>
          <IconButton small icon="close" label={t("close")} onClick={() => close(a.id)} /></div>
      ))}
      {trouble && <div className="notice warn"><Icon name="warn" size={18} /><span className="grow">{trouble}</span></div>}
      {status && status.state !== "none" && status.notes.map((n) => <div key={n.code} className="notice info"><Icon name="info" size={18} /><span className="grow">{n.text}</span></div>)}
      {status?.pulls.map((p) => <PullNotice key={p.model} p={p} />)}
      {!fresh && !closed.includes("weak:" + answerer) && <Weak onClose={() => close("weak:" + answerer)} />}
      {korean && (
        <div className="notice warn"><Icon name="info" size={18} /><span className="grow">{t("no_korean", here.title)}</span>
          {manages && <Button small onClick={() => go("/models")}>{t("better")}</Button>}
          <IconButton small icon="close" label={t("close")} onClick={() => close("korean:" + here.model)} /></div>
      )}
      {(missing || open) && (
        <ul className="notice warn todo">
          {missing && <NoModel notes={missing.notes} />}
          {open && <NoPassword onClose={() => close("password:" + person.id)} />}
        </ul>
      )}
    </div>
  );
}

/** sayNoMore are what the server says when no model is there, and nothing of why. */
const sayNoMore = new Set(["serve_no_model", "hub_nothing_here"]);

/** NoModel says that no model is there: why, if the server says more than that, and what to do. */
function NoModel({ notes }: { notes: Note[] }) {
  const t = useText();
  const manages = useMay("models.manage");
  const why = notes.filter((n) => !sayNoMore.has(n.code)).map((n) => n.text);
  return (
    <li><Icon name="down" size={18} />
      <span>{why.length > 0 && <span className="notice-why">{why.join(" ")}</span>}{t(manages ? "model_missing" : "no_model_ask")}
        {manages && <>{" "}<button type="button" className="link-button" onClick={() => go("/models")}>{t("models")}</button></>}</span></li>
  );
}

/** NoPassword says what somebody without a password needs one for. It can be put away: on this computer nothing is missing. */
function NoPassword({ onClose }: { onClose: () => void }) {
  const t = useText();
  return (
    <li><Icon name="key" size={18} />
      <span>{t("password_missing")} <button type="button" className="link-button" onClick={() => go("/settings/account")}>{t("password_set")}</button></span>
      <IconButton small icon="close" label={t("close")} onClick={onClose} /></li>
  );
}

function PullNotice({ p }: { p: Pull }) {
  const t = useText();
  const title = titleOf(p.model);
  if (p.phase === "failed") {
    return <div className="notice warn"><Icon name="warn" size={18} /><span className="grow">{t("pull_stopped", title, p.error.text)}</span>
      <Button small onClick={() => void bring(p.model)}>{t("retry")}</Button></div>;
  }
  return (
    <div className="notice info pull">
      <span className="spin" aria-hidden="true" />
      <span className="grow">{t("pulling", title)}<span className="quiet small num pull-text">{progressText(t, p)}</span>
        <progress max={1} {...(p.total > 0 ? { value: p.done / p.total } : {})} aria-label={t("pulling", title)} /></span>
      <Button small kind="quiet" onClick={() => void act(api.cancelPull, p.model)}>{t("cancel")}</Button>
    </div>
  );
}
