import { useEffect } from "react";
import { loadCollections, shelf, useShelf } from "../documents/shelf";
import { branches, flat, pathText } from "../documents/tree";
import type { Collection } from "../documents/calls";
import { Icon, type IconName } from "../parts/icon";
import { Menu, type MenuItem } from "../parts/menu";
import { go } from "../router";
import { useText, type Translate } from "../text";
import { useUploads } from "../documents/uploads";
import { useClips, useShownUploads } from "./clips";
import { chooseScope, useThread } from "./thread";
import type { Message } from "../api";

const inMenu = 24; // folders; the others are a press further

/** documentsIn counts the documents that belong to a conversation: those that came with its questions. */
export function documentsIn(messages: Message[]): number {
  return new Set(messages.flatMap((m) => m.attachments ?? []).filter((a) => a.document && !a.deleted && !a.withheld).map((a) => a.document)).size;
}

/** usualScope is what the server takes when nothing is chosen: what belongs to the conversation, or else everything. */
export const usualScope = (scope: string, attached: number): string => (scope === "" || (scope === "attached" && attached === 0) ? (attached > 0 ? "attached" : "all") : scope);

/** scopeText says what an answer rests on; of a folder that one cannot see, only that it is one. */
export function scopeText(t: Translate, scope: string, collections: Collection[]): string {
  if (!scope.startsWith("collection:")) return t("scope_" + scope);
  return pathText(collections, scope.slice(11)).split(" › ").at(-1) || t("scope_collection");
}

const icons: Record<string, IconName> = { attached: "clip", all: "book", none: "zero" };
const iconOf = (scope: string): IconName => icons[scope] ?? "folder";

/** ScopePicker is where one says what the answers of a conversation rest on. */
export function ScopePicker() {
  const t = useText();
  const id = useThread((s) => s.id);
  const scope = useThread((s) => s.scope);
  const sent = useThread((s) => documentsIn(s.messages));
  const shown = useShownUploads(id);
  const coming = useUploads((all) => all.filter((u) => shown.includes(u.id) && u.document === "" && u.state !== "failed").length);
  const attached = sent + useClips(id).length + coming;
  const collections = useShelf((s) => s.collections);
  useEffect(() => { if (shelf.get().state === "") void loadCollections(); }, []);
  const now = usualScope(scope, attached);
  const said = scopeText(t, now, collections);
  const items = (): MenuItem[] => {
    const folders = flat(branches(collections), () => true).slice(0, inMenu);
    const chosen = collections.find((c) => "collection:" + c.id === now);
    const listed = chosen && !folders.some((b) => b.collection.id === chosen.id) ? [...folders.map((b) => b.collection), chosen] : folders.map((b) => b.collection);
    return [
      { heading: t("scope") },
      { text: t("scope_attached"), detail: attached > 0 ? t("scope_attached_n", attached) : t("scope_attached_none"), icon: "clip", checked: now === "attached", disabled: attached === 0, run: () => chooseScope("attached") },
      { text: t("scope_all"), detail: t("scope_all_detail"), icon: "book", checked: now === "all", run: () => chooseScope("all") },
      { text: t("scope_none"), detail: t("scope_none_detail"), icon: "zero", checked: now === "none", run: () => chooseScope("none") },
      ...(listed.length > 0 ? [{ heading: t("doc_folders") }, ...listed.map((c): MenuItem => ({ text: pathText(collections, c.id), icon: c.mine ? "folder" : "people", checked: now === "collection:" + c.id, run: () => chooseScope("collection:" + c.id) }))] : []),
      { line: true },
      { text: t("documents"), icon: "outside", run: () => go("/documents") },
    ];
  };
  return (
    <Menu label={t("scope")} items={items} trigger={(p) => (
      <button type="button" {...p} className="pill" id="scope" aria-label={t("scope_now", said)} data-tip={t("scope")} data-tip-side="top">
        <Icon name={iconOf(now)} size={16} /><span className="cut">{said}</span><Icon name="chevron" size={14} />
      </button>
    )} />
  );
}
