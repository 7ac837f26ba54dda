import { useMemo, type ReactNode } from "react";
import { Cited } from "../markdown/markdown";
import { Sentences } from "../markdown/sentence";
import { Proven, type Proof } from "../markdown/source";
import { openReading } from "../reading/state";
import type { Answer } from "./answer";
import { aboutOf, hitsOf, keyOf } from "./proof";

/** Rests has all that shows an answer know what it rests on, and open it. */
export function Rests({ a, children }: { a: Answer; children: ReactNode }) {
  const { citations, passages, claims } = a;
  const proof = useMemo<Proof>(() => {
    const rests = { citations, passages, claims }, hits = hitsOf(rests);
    const find = (index: number, claim: number) => {
      const exact = hits.findIndex((h) => h.key === keyOf(index, claim));
      if (exact >= 0) return exact;
      const whole = hits.findIndex((h) => h.key === keyOf(index));
      return whole >= 0 ? whole : hits.findIndex((h) => h.index === index);
    };
    return {
      about: (index, claim) => aboutOf(rests, index, claim),
      open: (index, claim) => { const at = find(index, claim); return at < 0 ? null : () => openReading(hits, at); },
      cited: (index, claim) => { const hit = hits[find(index, claim)]; return hit && (hit.inner || hit.spans.length > 0) ? { version: hit.version, spans: hit.spans, inner: hit.inner } : null; },
    };
  }, [citations, passages, claims]);
  return <Proven value={proof}><Cited value={citations}><Sentences value={claims}>{children}</Sentences></Cited></Proven>;
}
