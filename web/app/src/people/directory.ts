// The names of everybody here, and of teams: with whom one can share.

import { ask } from "../net";
import { createStore, useStore } from "../store";

export interface Named { id: string; kind: "person" | "team"; name: string }

const known = createStore<{ all: Named[]; state: "" | "loading" | "ready" | "failed" }>({ all: [], state: "" });
export const useDirectory = (): Named[] => useStore(known, (s) => s.all);

/** loadDirectory fetches the names, once unless they have changed. Who may not see them sees ids. */
export async function loadDirectory(anew = false): Promise<void> {
  const { state } = known.get();
  if (state === "loading" || (state === "ready" && !anew)) return;
  known.set({ state: "loading" });
  try {
    known.set({ all: (await ask<{ items: Named[] }>("GET", "/api/directory")).items, state: "ready" });
  } catch {
    known.set({ state: "failed" });
  }
}

/** nameIn says who an id is of; of somebody who has left, it says the id. */
export const nameIn = (all: Named[], id: string): string => all.find((n) => n.id === id)?.name ?? id;

/** fitting are those whose name has what is typed, teams first. Hangul is compared as it is read, however it was stored. */
export function fitting(all: Named[], typed: string): Named[] {
  const wanted = typed.normalize("NFC").trim().toLowerCase();
  return all
    .filter((n) => n.name.normalize("NFC").toLowerCase().includes(wanted))
    .sort((a, b) => Number(b.kind === "team") - Number(a.kind === "team") || a.name.localeCompare(b.name));
}
