// The conversations and folders of a person, as the sidebar shows them.

import { api, type Conversation, type Folder } from "./api";
import { told } from "./net";
import { toast } from "./parts/toast";
import { createStore, useStore } from "./store";
import { t, when } from "./text";

interface Lists {
  items: Conversation[];
  next: string; // cursor of the next page; "" is the end
  folders: Folder[];
  state: "loading" | "ready" | "failed";
  error: string;
  more: boolean; // a page is on its way
}

export const lists = createStore<Lists>({ items: [], next: "", folders: [], state: "loading", error: "", more: false });
export const useLists = <S>(select: (l: Lists) => S): S => useStore(lists, select);

const byTime = (a: Conversation, b: Conversation) => when(b.updated).getTime() - when(a.updated).getTime();

function merge(old: Conversation[], fresh: Conversation[]): Conversation[] {
  const all = new Map(old.map((c) => [c.id, c]));
  for (const c of fresh) all.set(c.id, c);
  return [...all.values()].filter((c) => !c.temporary).sort(byTime);
}

/** loadLists fetches the first page, and the folders. */
export async function loadLists(): Promise<void> {
  try {
    const [page, folders] = await Promise.all([api.conversations({ limit: 100 }), api.folders()]);
    lists.set((s) => ({ items: merge(s.state === "ready" ? s.items : [], page.items), next: s.next && s.items.length > 100 ? s.next : page.next ?? "", folders: folders.items, state: "ready", error: "" }));
  } catch (err) {
    lists.set((s) => ({ state: s.items.length > 0 ? "ready" : "failed", error: told(err) }));
  }
}

/** loadMore fetches the next page, if there is one. */
export async function loadMore(): Promise<void> {
  const { next, more } = lists.get();
  if (!next || more) return;
  lists.set({ more: true });
  try {
    const page = await api.conversations({ cursor: next, limit: 200 });
    lists.set((s) => ({ items: merge(s.items, page.items), next: page.next ?? "", more: false }));
  } catch {
    lists.set({ more: false });
  }
}

export async function loadFolder(folder: string): Promise<void> {
  try {
    const page = await api.conversations({ folder, limit: 200 });
    lists.set((s) => ({ items: merge(s.items, page.items) }));
  } catch (err) {
    toast(told(err), "bad");
  }
}

/** keep puts what is known of a conversation into the list. */
export const keep = (c: Conversation): void => lists.set((s) => ({ items: merge(s.items, [c]) }));
export const forget = (ids: string[]): void => lists.set((s) => ({ items: s.items.filter((c) => !ids.includes(c.id)) }));

type Change = Parameters<typeof api.change>[1];

/** change shows a change at once, and takes it back if the server refuses. */
export async function change(id: string, to: Change): Promise<void> {
  const before = lists.get().items.find((c) => c.id === id);
  if (before) keep({ ...before, ...to });
  try {
    await api.change(id, to);
  } catch (err) {
    if (before) keep(before);
    toast(told(err), "bad");
  }
}

export async function archive(ids: string[], archived: boolean): Promise<void> {
  const before = lists.get().items;
  lists.set({ items: before.map((c) => (ids.includes(c.id) ? { ...c, archived } : c)) });
  try {
    await api.bulk(ids, archived ? "archive" : "unarchive");
    toast(t(archived ? "archived" : "unarchived", ids.length), "info", { text: t("undo"), run: () => void archive(ids, !archived) });
  } catch (err) {
    lists.set({ items: before });
    toast(told(err), "bad");
  }
}

export async function remove(ids: string[]): Promise<boolean> {
  try {
    await api.bulk(ids, "delete");
    forget(ids);
    toast(t("deleted", ids.length));
    return true;
  } catch (err) {
    toast(told(err), "bad");
    return false;
  }
}

export async function move(ids: string[], folder: string): Promise<void> {
  const before = lists.get().items;
  lists.set({ items: before.map((c) => (ids.includes(c.id) ? { ...c, folder } : c)) });
  try {
    await api.bulk(ids, "move", folder);
  } catch (err) {
    lists.set({ items: before });
    toast(told(err), "bad");
  }
}

export type Section = "pinned" | "today" | "yesterday" | "week" | "month" | "older";

/** sectionOf is under which heading a conversation stands at a moment. */
export function sectionOf(c: Conversation, now: Date): Section {
  if (c.pinned) return "pinned";
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const age = midnight - when(c.updated).getTime();
  const dayLong = 86_400_000;
  if (age <= 0) return "today";
  if (age <= dayLong) return "yesterday";
  if (age <= 7 * dayLong) return "week";
  if (age <= 30 * dayLong) return "month";
  return "older";
}
