// Folders of documents as a tree.

import type { Collection } from "./calls";

export interface Branch { collection: Collection; depth: number; children: Branch[] }

/**
 * branches are the folders at the top, each with what is in it, by name. One whose parent is not to be seen, or which is
 * within itself, is at the top: nothing that one may read is out of reach.
 */
export function branches(all: Collection[]): Branch[] {
  const known = new Map(all.map((c) => [c.id, c]));
  const rooted = (c: Collection): boolean => {
    const seen = new Set<string>();
    for (let at: Collection | undefined = c; at; at = known.get(at.parent)) {
      if (seen.has(at.id)) return false;
      seen.add(at.id);
    }
    return true;
  };
  const parentOf = (c: Collection): string => (known.has(c.parent) && rooted(c) ? c.parent : "");
  const grow = (parent: string, depth: number): Branch[] =>
    all.filter((c) => parentOf(c) === parent).sort(byName).map((c) => ({ collection: c, depth, children: grow(c.id, depth + 1) }));
  return grow("", 0);
}

const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name, "ko", { numeric: true });

/** flat are the branches that are in sight, in order: those in what is open. */
export const flat = (all: Branch[], isOpen: (id: string) => boolean): Branch[] =>
  all.flatMap((b) => [b, ...(isOpen(b.collection.id) ? flat(b.children, isOpen) : [])]);

/** pathOf are the folders from the top down to one, itself the last. */
export function pathOf(all: Collection[], id: string): Collection[] {
  const out: Collection[] = [];
  for (let at = all.find((c) => c.id === id); at && !out.includes(at); ) {
    out.unshift(at);
    const parent: string = at.parent;
    at = all.find((c) => c.id === parent);
  }
  return out;
}

export const pathText = (all: Collection[], id: string): string => pathOf(all, id).map((c) => c.name).join(" › ");

/** within says whether a folder is another one, or in it. */
export const within = (all: Collection[], id: string, outer: string): boolean => pathOf(all, id).some((c) => c.id === outer);
