import { Icon, type IconName } from "../parts/icon";
import { Menu } from "../parts/menu";
import { useSession } from "../session";
import { useText } from "../text";
import { thread, useThread } from "./thread";

const icons: Record<string, IconName> = { auto: "spark", chat: "list", web: "search", documents: "book", extract: "quote", summary: "list", compare: "scale", table: "table", code: "file", database: "table", data: "chart" };
const standard = ["auto", "chat"];

/** modeText says a mode in words; one that this page does not know by its name. */
export function modeText(t: (name: string) => string, mode: string): string {
  const text = t("mode_" + mode);
  return text === "mode_" + mode ? mode : text;
}

export function ModePicker() {
  const t = useText();
  const mode = useThread((s) => s.mode) || "auto";
  const modes = useSession((s) => s?.modes) ?? standard;
  return (
    <Menu label={t("mode")}
      items={modes.map((m) => ({ text: modeText(t, m), detail: t("mode_detail_" + m) === "mode_detail_" + m ? undefined : t("mode_detail_" + m), icon: icons[m] ?? "bolt", checked: m === mode, run: () => thread.set({ mode: m }) }))}
      trigger={(p) => (
        <button type="button" {...p} className="pill" aria-label={t("mode_now", modeText(t, mode))}>
          <Icon name={icons[mode] ?? "bolt"} size={16} /><span>{modeText(t, mode)}</span><Icon name="chevron" size={14} />
        </button>
      )} />
  );
}
