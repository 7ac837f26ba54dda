import { look, useLook } from "../look";
import { Icon } from "../parts/icon";
import { Menu, type MenuItem } from "../parts/menu";
import { go } from "../router";
import { may, signOut, useSession } from "../session";
import { clock, lang, short, speak, texts, useText } from "../text";
import { api } from "../api";
import { keyText } from "../keys";
import { closeSide, shell } from "./state";

/** otherLanguage switches the page between Korean and English, and remembers it. */
export async function otherLanguage(): Promise<void> {
  const to = texts.get().lang === "ko" ? "en" : "ko";
  await speak(to);
  void api.saveSettings({ language: to }).catch(() => {});
}

export function Account() {
  const t = useText();
  const person = useSession((s) => s?.person ?? null);
  const quota = useSession((s) => s?.quota ?? null);
  const theme = useLook((l) => l.theme);
  const to = (path: string) => { go(path); closeSide(); };
  const items = (): MenuItem[] => [
    ...(person ? [{ heading: [person.login, t("role_" + person.role)].filter(Boolean).join(" · ") }] : []),
    ...(quota && quota.per_day >= 0 ? [{ heading: t("quota", short(quota.used_today), short(quota.per_day), clock(quota.resets_at)) }] : []),
    ...(quota?.teams ?? []).filter((q) => q.per_day >= 0).map((q): MenuItem => ({ heading: t("quota_team", q.name, short(q.used_today), short(q.per_day)) })),
    ...(quota && (quota.per_day >= 0 || quota.teams?.some((q) => q.per_day >= 0)) ? [{ line: true as const }] : []),
    { text: t("settings"), icon: "gear", keys: keyText("Ctrl+."), run: () => to("/settings") },
    { text: t("models"), icon: "bolt", run: () => to("/models") },
    { text: t("prompts"), icon: "book", run: () => to("/prompts") },
    { text: t("archive_list"), icon: "archive", run: () => to("/settings/archive") },
    ...(["people.manage", "audit.read", "usage.read", "quotas.manage", "models.manage"].some(may) ? [{ text: t("admin"), icon: "people" as const, run: () => to("/admin") }] : []),
    { line: true },
    { text: t(theme === "dark" ? "theme_to_light" : "theme_to_dark"), icon: theme === "dark" ? "sun" : "moon", run: () => look.set({ theme: theme === "dark" ? "light" : "dark" }) },
    { text: lang() === "ko" ? "English" : "한국어", icon: "outside", run: () => void otherLanguage() },
    { text: t("keys"), icon: "help", keys: keyText("Ctrl+/"), run: () => shell.set({ keys: true }) },
    ...(person ? [{ line: true as const }, { text: t("sign_out"), icon: "out" as const, run: () => void signOut() }] : []),
  ];
  return (
    <div className="account">
      <Menu label={t("account")} items={items} trigger={(p) => (
        <button type="button" id="account" {...p} className="side-row account-row" aria-label={t("account_of", person?.name ?? t("nobody"))}>
          <span className="face" aria-hidden="true" data-letter={(person?.name ?? "E").trim().slice(0, 1).toUpperCase()} />
          <span className="grow cut">{person?.name ?? t("nobody")}</span>
          <Icon name="dots" size={18} />
        </button>
      )} />
    </div>
  );
}
