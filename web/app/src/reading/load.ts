// What the room knows of the document that it shows.

import { useEffect, useState } from "react";
import { isAbort, told } from "../net";
import type { Hit } from "../talk/proof";
import { rooms, type Content, type Marked, type Places } from "./calls";

export interface Shown { hit: Hit; turn: number; head: Content; places: Places }

let heads: { version: string; head: Content } | null = null; // of the document that was shown last

/** useShown fetches what a place needs. What was shown stays until it is there. */
export function useShown(hit: Hit | undefined, turn: number): { shown: Shown | null; error: string } {
  const [state, setState] = useState<{ shown: Shown | null; error: string }>({ shown: null, error: "" });
  useEffect(() => {
    if (!hit) return;
    const stop = new AbortController();
    const head = async () => {
      if (heads?.version !== hit.version) heads = { version: hit.version, head: await rooms.content(hit.version, 0, 0, false, stop.signal) };
      return heads.head;
    };
    const nothing: Places = { places: [], texts: [] };
    Promise.all([head(), hit.spans.length > 0 ? rooms.places(hit.version, hit.spans, stop.signal) : nothing]).then(
      ([head, places]) => setState({ shown: { hit, turn, head, places }, error: "" }),
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
