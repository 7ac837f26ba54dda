import { useEffect, useState } from "react";
import { api, type Settings as Kept } from "../api";
import { look, useLook, type Density, type Size, type Theme } from "../look";
import { loadOffers, useModels } from "../models/state";
import { told } from "../net";
import { askText } from "../parts/ask";
import { Button } from "../parts/button";
import { Choice, Select, Switch, TextField } from "../parts/field";
import type { IconName } from "../parts/icon";
import { Tabs, Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { go } from "../router";
import { loadSession, useMay, useSession } from "../session";
import { PageHead } from "../shell/pagehead";
import { Shares } from "../share/shares";
import { speak, useLang, useText, type Lang } from "../text";
import { Archive } from "./archive";
import { Data } from "./data";
import { Keys } from "./keys";
import { Password } from "./password";
import { Sessions } from "./sessions";
import "../style/admin.css";

type Tab = "look" | "answers" | "archive" | "shares" | "data" | "account" | "keys";

const save = (s: Kept) => void api.saveSettings(s).catch((err: unknown) => toast(told(err), "bad"));

export default function Settings({ tab }: { tab: string }) {
  const t = useText();
  const person = useSession((s) => s?.person ?? null);
  const programs = useMay("use.api");
  const tabs: [Tab, string, IconName][] = [
    ["look", t("settings_look"), "sun"], ["answers", t("settings_answers"), "spark"], ["archive", t("archive_list"), "archive"],
    ["shares", t("shares"), "share"], ["data", t("settings_data"), "file"],
    ...(person ? [["account", t("settings_account"), "user"] as [Tab, string, IconName]] : []),
    ...(programs ? [["keys", t("settings_keys"), "key"] as [Tab, string, IconName]] : []),
  ];
  const now = tabs.find(([v]) => v === tab)?.[0] ?? "look";
  useEffect(() => { document.title = `${t("settings")} · ChatEXAONE`; }, [t]);
  return (
    <div className="page">
      <PageHead title={t("settings")} />
      <div className="page-columns">
        <Tabs label={t("settings")} vertical value={now} tabs={tabs} onChange={(v) => go("/settings/" + v)} />
        <div className="page-body">
          {now === "look" && <Looks />}
          {now === "answers" && <Answers />}
          {now === "archive" && <Archive />}
          {now === "shares" && <Shares />}
          {now === "data" && <Data />}
          {now === "account" && <AccountPart />}
          {now === "keys" && <Keys />}
        </div>
      </div>
    </div>
  );
}

function Looks() {
  const t = useText();
  const lang = useLang();
  const now = useLook((l) => l);
  const put = (change: Partial<typeof now>, kept: Kept) => { look.set(change); save(kept); };
  return (
    <section className="stack wide-gap">
      <Choice<Lang> label={t("language")} value={lang} options={[["ko", "한국어"], ["en", "English"]]} onChange={(v) => { void speak(v); save({ language: v }); }} />
      <Choice<Theme> label={t("theme")} value={now.theme} options={[["system", t("theme_system")], ["light", t("theme_light")], ["dark", t("theme_dark")]]} onChange={(v) => put({ theme: v }, { theme: v })} />
      <Switch label={t("contrast")} detail={t("contrast_detail")} on={now.contrast} onChange={(v) => put({ contrast: v }, { contrast: v })} />
      <Choice<Size> label={t("font_size")} value={now.size} options={[["small", t("size_small")], ["medium", t("size_medium")], ["large", t("size_large")], ["larger", t("size_larger")]]} onChange={(v) => put({ size: v }, { font_size: v })} />
      <Choice<Density> label={t("density")} value={now.density} options={[["comfortable", t("density_comfortable")], ["compact", t("density_compact")]]} onChange={(v) => put({ density: v }, { density: v })} />
      <Switch label={t("enter_sends")} detail={t("enter_sends_detail")} on={now.enterSends} onChange={(v) => put({ enterSends: v }, { enter_sends: v })} />
    </section>
  );
}

function Answers() {
  const t = useText();
  const [kept, setKept] = useState<Kept | null>(null);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const offers = useModels((m) => m.offers);
  const modes = useSession((s) => s?.modes) ?? ["auto", "chat"];
  useEffect(() => {
    loadOffers().catch(() => {});
    api.settings().then((s) => { setKept(s); setText(s.instructions ?? ""); }, (err: unknown) => { setKept({}); toast(told(err), "bad"); });
  }, []);
  const keep = async () => {
    setBusy(true);
    try { await api.saveSettings({ instructions: text }); toast(t("saved")); } catch (err) { toast(told(err), "bad"); }
    setBusy(false);
  };
  const put = (change: Kept) => { setKept((s) => ({ ...s, ...change })); save(change); };
  return (
    <section className="stack wide-gap">
      <div className="stack">
        <TextField label={t("system")} hint={t("system_detail")} placeholder={t("system_example")} rows={7} maxLength={4000} value={text} disabled={!kept} onChange={(e) => setText(e.target.value)} />
        <div><Button kind="main" busy={busy} disabled={!kept || text === (kept.instructions ?? "")} onClick={() => void keep().then(() => setKept((s) => ({ ...s, instructions: text })))}>{t("save")}</Button></div>
      </div>
      <Select label={t("default_model")} hint={t("default_model_detail")} disabled={!kept} value={kept?.default_model ?? ""} onChange={(e) => put({ default_model: e.target.value })}
        options={[["", t("default_server")], ...offers.filter((o) => o.here).map((o): [string, string] => [o.model, o.title])]} />
      <Select label={t("default_mode")} hint={t("default_mode_detail")} disabled={!kept} value={kept?.default_mode ?? ""} onChange={(e) => put({ default_mode: e.target.value })}
        options={[["", t("mode_auto")], ...modes.filter((m) => m !== "auto").map((m): [string, string] => [m, t("mode_" + m)])]} />
    </section>
  );
}

function AccountPart() {
  const t = useText();
  const rename = async (now: string) => {
    const name = await askText({ title: t("name_change_title"), yes: t("save"), field: { label: t("name"), value: now } });
    if (!name || name === now) return;
    await api.rename(name).then(() => loadSession()).then(() => toast(t("saved")), (err: unknown) => toast(told(err), "bad"));
  };
  const person = useSession((s) => s?.person ?? null);
  if (!person) return null;
  return (
    <div className="stack wide-gap">
      <section className="stack">
        <h2>{t("account_me")}</h2>
        <ul className="rows">
          <li><span className="quiet grow">{t("name")}</span><strong>{person.name}</strong><Button small onClick={() => void rename(person.name)}>{t("name_change")}</Button></li>
          <li><span className="quiet grow">{t("login")}</span><span>{person.login || "–"}</span></li>
          <li><span className="quiet grow">{t("role")}</span><span>{t("role_" + person.role)}</span></li>
          {person.teams.length > 0 && <li><span className="quiet grow">{t("teams")}</span><span className="tags">{person.teams.map((x) => <Tag key={x.id}>{x.name}</Tag>)}</span></li>}
        </ul>
        <p className="quiet small">{t("account_change")}</p>
      </section>
      <section className="stack"><h2>{t("password")}</h2><Password /></section>
      <section className="stack"><h2>{t("sessions")}</h2><Sessions /></section>
    </div>
  );
}
