// The documents of a folder, a page at a time.

import { useCallback, useEffect, useRef, useState } from "react";
import { isAbort, told } from "../net";
import { documents, type Doc } from "./calls";
import { onUploaded } from "./uploads";

const page = 100; // documents asked for at once

export interface Listing { items: Doc[] | null; error: string; end: boolean; again(): void; more(): void; keep(d: Doc): void; drop(ids: string[]): void }

/** merged are documents with newer ones in their places; those that are new stand first. */
export const merged = (old: Doc[], fresh: Doc[]): Doc[] => {
  const news = new Map(fresh.map((d) => [d.id, d]));
  const kept = old.map((d) => { const n = news.get(d.id); news.delete(d.id); return n ?? d; });
  return [...news.values(), ...kept];
};

/** useListing are the documents of a folder, "" is all that one may read. What is uploaded comes in by itself. */
export function useListing(collection: string): Listing {
  const [state, setState] = useState<{ of: string; items: Doc[] | null; error: string; end: boolean }>({ of: collection, items: null, error: "", end: true });
  const [turn, setTurn] = useState(0);
  const busy = useRef(false);
  useEffect(() => {
    const end = new AbortController();
    documents.list({ collection, limit: page }, end.signal).then(
      (got) => setState((s) => (s.of === collection && s.items && s.items.length > page
        ? { ...s, items: merged(s.items, got.items), error: "" } // more pages than one are in sight
        : { of: collection, items: got.items, error: "", end: got.items.length < page })),
      (err: unknown) => { if (!isAbort(err)) setState((s) => ({ of: collection, items: s.of === collection ? s.items : null, error: told(err), end: true })); });
    return () => end.abort();
  }, [collection, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => {
    let timer = 0;
    const end = onUploaded(() => { clearTimeout(timer); timer = window.setTimeout(again, 150); });
    return () => { clearTimeout(timer); end(); };
  }, [again]);
  const shown = state.of === collection ? state : { ...state, items: null, error: "", end: true };
  const more = useCallback(() => {
    const last = state.items?.at(-1);
    if (busy.current || state.end || !last) return;
    busy.current = true;
    documents.list({ collection, after: last.id, limit: page }).then(
      (got) => setState((s) => (s.of === collection ? { ...s, items: [...(s.items ?? []), ...got.items.filter((d) => !s.items?.some((x) => x.id === d.id))], end: got.items.length < page } : s)),
      (err: unknown) => setState((s) => ({ ...s, error: told(err) })))
      .finally(() => { busy.current = false; });
  }, [collection, state]);
  const keep = useCallback((d: Doc) => setState((s) => ({ ...s, items: s.items && merged(s.items, [d]) })), []);
  const drop = useCallback((ids: string[]) => setState((s) => ({ ...s, items: s.items?.filter((d) => !ids.includes(d.id)) ?? null })), []);
  return { items: shown.items, error: shown.error, end: shown.end, again, more, keep, drop };
}
