// What the room knows of the document that it shows.

import { useEffect, useState } from "react";
import { isAbort, told } from "../net";
import type { Hit } from "../talk/proof";
import { rooms, sourceKey, type Content, type Marked, type Places, type Source } from "./calls";

export interface Shown { hit: Hit; turn: number; source: Source; head: Content; places: Places }

let heads: { key: string; head: Content } | null = null; // of the document that was shown last
const nothing: Places = { reading: "", places: [], texts: [] };

/** fetchShown fetches what a place needs: where it stands, and of which document, which may be a file within the one that is cited. */
export async function fetchShown(hit: Hit, turn: number, signal: AbortSignal): Promise<Shown> {
  // A head of another reading than the places are of has other parts and pages.
  const head = async (source: Source, reading: string) => {
    const key = sourceKey(source);
    if (heads?.key !== key || heads.head.reading !== reading) heads = { key, head: await rooms.content(source, 0, 0, false, signal) };
    return heads.head;
  };
  const whole = { version: hit.version, file: "" };
  if (hit.inner) {
    const places = await rooms.inside(hit.version, hit.inner, signal);
    const source = { ...whole, file: places.inside?.file ?? "" };
    return { hit, turn, source, head: await head(source, places.reading), places };
  }
  const places = hit.spans.length > 0 ? await rooms.places(hit.version, hit.spans, signal) : nothing;
  return { hit, turn, source: whole, head: await head(whole, places.reading), places };
}

/** useShown fetches what a place needs. What was shown stays until it is there. */
export function useShown(hit: Hit | undefined, turn: number): { shown: Shown | null; error: string } {
  const [state, setState] = useState<{ shown: Shown | null; error: string }>({ shown: null, error: "" });
  useEffect(() => {
    if (!hit) return;
    const stop = new AbortController();
    fetchShown(hit, turn, stop.signal).then(
      (shown) => setState({ shown, error: "" }),
      (err: unknown) => { if (!isAbort(err)) setState({ shown: null, error: told(err) }); },
    );
    return () => stop.abort();
  }, [hit, turn]);
  return state;
}

/** partOf is the part that a place is in: that of its first text, or the first of its page. */
export function partOf({ hit, head, places }: Shown): number {
  const first = places.texts[0];
  if (first) return first.part;
  const parts = head.parts ?? [];
  const at = hit.page > 0 ? parts.findIndex((p) => (p.page ?? 0) >= hit.page) : 0;
  return Math.max(0, at);
}

/** marksOf are what is marked, by the number of its text. */
export function marksOf(texts: Marked[]): Map<number, Marked[]> {
  const out = new Map<number, Marked[]>();
  for (const m of texts) out.set(m.text, [...(out.get(m.text) ?? []), m].sort((a, b) => a.start - b.start));
  return out;
}
