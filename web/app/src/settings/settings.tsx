import { useEffect, useState } from "react";
import { api, type Settings as Kept } from "../api";
import { look, useLook, type Density, type Size, type Theme } from "../look";
import { told } from "../net";
import { Button } from "../parts/button";
import { Choice, Switch, TextField } from "../parts/field";
import type { IconName } from "../parts/icon";
import { Tabs } from "../parts/plain";
import { toast } from "../parts/toast";
import { go } from "../router";
import { useSession } from "../session";
import { PageHead } from "../shell/pagehead";
import { speak, useLang, useText, type Lang } from "../text";
import { Archive } from "./archive";
import { Password } from "./password";
import { Prompts } from "./prompts";

type Tab = "look" | "answers" | "prompts" | "archive" | "account";

const save = (s: Kept) => void api.saveSettings(s).catch((err: unknown) => toast(told(err), "bad"));

export default function Settings({ tab }: { tab: string }) {
  const t = useText();
  const person = useSession((s) => s?.person ?? null);
  const tabs: [Tab, string, IconName][] = [
    ["look", t("settings_look"), "sun"], ["answers", t("settings_answers"), "spark"], ["prompts", t("prompts"), "book"], ["archive", t("archive_list"), "archive"],
    ...(person ? [["account", t("settings_account"), "user"] as [Tab, string, IconName]] : []),
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
          {now === "prompts" && <Prompts />}
          {now === "archive" && <Archive />}
          {now === "account" && <section className="stack"><h2>{t("password")}</h2><Password /></section>}
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
      <Switch label={t("contrast")} detail={t("contrast_detail")} on={now.contrast} onChange={(v) => look.set({ contrast: v })} />
      <Choice<Size> label={t("font_size")} value={now.size} options={[["small", t("size_small")], ["medium", t("size_medium")], ["large", t("size_large")], ["larger", t("size_larger")]]} onChange={(v) => put({ size: v }, { font_size: v })} />
      <Choice<Density> label={t("density")} value={now.density} options={[["comfortable", t("density_comfortable")], ["compact", t("density_compact")]]} onChange={(v) => put({ density: v }, { density: v })} />
      <Switch label={t("enter_sends")} detail={t("enter_sends_detail")} on={now.enterSends} onChange={(v) => put({ enterSends: v }, { enter_sends: v })} />
    </section>
  );
}

function Answers() {
  const t = useText();
  const [text, setText] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => { api.settings().then((s) => setText(s.instructions ?? ""), () => setText("")); }, []);
  const keep = async () => {
    setBusy(true);
    try { await api.saveSettings({ instructions: text ?? "" }); toast(t("saved")); } catch (err) { toast(told(err), "bad"); }
    setBusy(false);
  };
  return (
    <section className="stack">
      <TextField label={t("system")} hint={t("system_detail")} placeholder={t("system_example")} rows={7} maxLength={4000} value={text ?? ""} disabled={text === null} onChange={(e) => setText(e.target.value)} />
      <div><Button kind="main" busy={busy} onClick={() => void keep()}>{t("save")}</Button></div>
    </section>
  );
}
