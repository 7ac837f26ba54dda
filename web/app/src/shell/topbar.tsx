import { useEffect } from "react";
import { useGrades } from "../grades";
import { useLists } from "../lists";
import { loadOffers, titleOf, useModels } from "../models/state";
import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Menu, type MenuItem } from "../parts/menu";
import { Tag } from "../parts/plain";
import { go } from "../router";
import { count, useText } from "../text";
import { useAnswerer } from "../models/level";
import { chooseModel, useThread } from "../talk/thread";
import { conversationMenu } from "./sidebar";
import { shell, toggleSide, useShell } from "./state";
import { bind } from "../keys";

export function TopBar() {
  const t = useText();
  const side = useShell((s) => s.side);
  const id = useThread((s) => s.id);
  const conversation = useThread((s) => s.conversation);
  const temporary = useThread((s) => s.temporary);
  const known = useLists((l) => l.items.find((c) => c.id === id)) ?? conversation;
  const folders = useLists((l) => l.folders);
  const grades = useGrades();
  return (
    <header className="topbar">
      {!side && <IconButton icon="side" label={t("side_open")} keys="Ctrl+Shift+S" onClick={toggleSide} />}
      <ModelPicker />
      {temporary && <Tag><Icon name="ghost" size={14} />{t("temporary")}</Tag>}
      {id && (known?.grade ?? 0) > 0 && <Tag kind="warn"><Icon name="shield" size={14} />{grades.nameOf(known?.grade ?? 0)}</Tag>}
      {id && known ? <h1 className="topbar-title cut">{known.title || t("untitled")}</h1> : <span className="topbar-title" />}
      {id && known && !temporary && <IconButton icon="share" label={t("share")} onClick={() => go(`/c/${encodeURIComponent(id)}/share`)} />}
      {known && !temporary && <Menu label={t("more")} align="end" items={() => conversationMenu(t, known, folders, grades, () => go("/"))}
        trigger={(p) => <IconButton icon="dots" label={t("conversation_more", known.title)} {...p} />} />}
      {!side && <IconButton icon="edit" label={t("new")} keys="Ctrl+Shift+O" onClick={() => go("/")} />}
    </header>
  );
}

/** ModelPicker says which model answers here, and offers the others that are on this server. */
function ModelPicker() {
  const t = useText();
  const status = useModels((m) => m.status);
  const offers = useModels((m) => m.offers);
  const { name, level } = useAnswerer();
  useEffect(() => bind([{ keys: "Ctrl+Shift+M", text: "key_model", run: () => document.getElementById("picker")?.click() }]), []);
  const items = (): MenuItem[] => [
    { heading: t("models") },
    ...offers.filter((o) => o.here).map((o): MenuItem => ({
      text: o.title, checked: o.model === name, run: () => chooseModel(o.model === status?.model ? "" : o.model),
      detail: [o.level ? t("level_" + o.level) : "", o.window ? t("window", count(o.window)) : "", o.note].filter(Boolean).join(" · "),
    })),
    { line: true },
    { text: t("models_more"), icon: "down", run: () => go("/models") },
  ];
  const shown = name ? titleOf(name) : t("no_model");
  return (
    <Menu label={t("models")} items={items} onOpen={(open) => { if (open) loadOffers().catch(() => {}); }} trigger={(p) => (
      <button type="button" id="picker" {...p} className="picker" aria-label={t("picker", level ? `${shown} ${t("level_" + level)}` : shown)}>
        <span className="cut" id="picked">{shown}</span>{level && " "}{level && <span className={"picker-level " + level} data-tip={t("level_detail_" + level)}>{t("level_" + level)}</span>}<Icon name="chevron" size={16} />
      </button>
    )} />
  );
}

export const openPalette = (): void => shell.set({ palette: true });
