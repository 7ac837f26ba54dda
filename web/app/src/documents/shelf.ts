// The folders of documents that one may see, for whatever shows them: the documents' own page, and where one chooses what an
// answer rests on.

import { told } from "../net";
import { createStore, useStore } from "../store";
import { documents, type Collection } from "./calls";

interface Shelf { collections: Collection[]; state: "" | "loading" | "ready" | "failed"; error: string }

export const shelf = createStore<Shelf>({ collections: [], state: "", error: "" });
export const useShelf = <S>(select: (s: Shelf) => S): S => useStore(shelf, select);

let under: Promise<void> | null = null;

/** loadCollections fetches the folders. Asked for twice at once, they are fetched once. */
export function loadCollections(): Promise<void> {
  if (shelf.get().state !== "ready") shelf.set({ state: "loading" });
  return (under ??= documents.collections()
    .then((c) => shelf.set({ collections: c.items, state: "ready", error: "" }), (err: unknown) => shelf.set((s) => ({ state: s.collections.length > 0 ? "ready" : "failed", error: told(err) })))
    .finally(() => { under = null; }));
}

/** keepCollection puts what is known of a folder among the others. */
export const keepCollection = (c: Collection): void =>
  shelf.set((s) => ({ collections: [...s.collections.filter((x) => x.id !== c.id), { ...s.collections.find((x) => x.id === c.id), ...c }] }));

const making = new Map<string, Promise<string>>();

/** folderFor is the folder of one's own that lies so many names below another, which is made if it is not there. */
export async function folderFor(parent: string, names: string[]): Promise<string> {
  let at = parent;
  for (const name of names) at = await childOf(at, name);
  return at;
}

function childOf(parent: string, name: string): Promise<string> {
  const there = shelf.get().collections.find((c) => c.parent === parent && c.name === name && c.mine);
  if (there) return Promise.resolve(there.id);
  const key = parent + "\n" + name;
  const before = making.get(key);
  if (before) return before;
  const made = documents.addCollection({ name, parent }).then((c) => { keepCollection(c); return c.id; }).finally(() => making.delete(key));
  making.set(key, made);
  return made;
}
