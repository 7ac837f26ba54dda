// Where a person is, kept in the part of the address behind '#', which no server sees.

import { createStore, useStore } from "./store";

/** Place is a path cut at its slashes, and what follows '?'. #/c/ID?m=MESSAGE is ["c", "ID"] with m. */
export interface Place { parts: string[]; query: URLSearchParams }

export function parsePlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean).map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  return { parts, query: new URLSearchParams(query) };
}

const place = createStore<{ place: Place }>({ place: parsePlace(location.hash) });
window.addEventListener("hashchange", () => place.set({ place: parsePlace(location.hash) }));

export const usePlace = (): Place => useStore(place, (s) => s.place);
export const here = (): Place => place.get().place;

/** go changes the place; replace leaves no way back to the one before. */
export function go(to: string, replace = false): void {
  const hash = "#" + to;
  if (hash === location.hash) return;
  if (replace) {
    history.replaceState(null, "", hash);
    place.set({ place: parsePlace(hash) });
  } else {
    location.hash = hash;
  }
}

/** linkSecret takes the secret out of an address like http://HOST/#link=SECRET, so that it stays in no history. */
export function linkSecret(): string {
  const found = /^#link=([\w.-]+)$/.exec(location.hash);
  if (!found) return "";
  history.replaceState(null, "", location.pathname);
  place.set({ place: parsePlace("") });
  return found[1] ?? "";
}
