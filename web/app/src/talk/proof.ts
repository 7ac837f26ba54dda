// What an answer rests on: the passages that were found, and what was checked of its sentences. The program told both; the
// model only named passages.

import type { Region } from "../reading/region";
import type { Citation } from "./answer";

/** Span is bytes start to end of the text with a number of a document. */
export interface Span { text: number; start: number; end: number }
/** Mapped is where bytes start to end of a passage's text are from: byte from on of a text of the document. */
export interface Mapped extends Span { from: number }

export interface Passage {
  index: number; version: string; document: string; title: string; heading: string; where: string; page: number; date: string;
  text: string; marks: [number, number][]; extract: [number, number] | null; spans: Mapped[]; score: number; gaps: number;
  hidden: boolean; withheld: boolean; deleted: boolean;
}
export interface Passages { query: string; among: number; nearest: boolean; items: Passage[] }

/** Inner is a passage of a file within a document, which is found there by its text: the headings above it, and bytes of the text that are cited; none is all of it. */
export interface Inner { heading: string; text: string; parts: [number, number][] }

export interface Cite { index: number; version: string; page: number; spans: Span[]; within: [number, number][]; withheld: boolean; deleted: boolean }
export interface Claim { start: number; end: number; cites: Cite[]; checked: string[]; missing: string[]; loose: boolean; seen: boolean } // seen: a model said it of a picture that it looked at

type Data = Record<string, unknown>;
const str = (d: Data, name: string): string => (typeof d[name] === "string" ? d[name] : "");
const num = (d: Data, name: string): number => (typeof d[name] === "number" ? d[name] : 0);
const all = (v: unknown): Data[] => (Array.isArray(v) ? v.filter((x): x is Data => typeof x === "object" && x !== null) : []);
const words = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : []);
const pair = (v: unknown): v is [number, number] => Array.isArray(v) && typeof v[0] === "number" && typeof v[1] === "number" && v[0] < v[1];
const span = (d: Data): Span => ({ text: num(d, "text"), start: num(d, "start"), end: num(d, "end") });

/** versionOf is the id in a source that is a version of a document, or "". */
export const versionOf = (source: string): string => /^version:(.+)$/.exec(source)?.[1] ?? "";

export function passagesOf(d: Data): Passages {
  return { query: str(d, "query"), among: num(d, "among"), nearest: d.nearest === true, items: all(d.items).map(passageOf) };
}

function passageOf(d: Data): Passage {
  const place = (typeof d.place === "object" && d.place !== null ? d.place : {}) as Data;
  return {
    index: num(d, "index"), version: versionOf(str(d, "source")), document: str(d, "document"), title: str(d, "title"), heading: str(d, "heading"), where: str(d, "where"), page: num(d, "page"),
    date: str(d, "date"), text: str(d, "text"), marks: (Array.isArray(d.marks) ? d.marks : []).filter(pair), extract: pair(d.extract) ? d.extract : null,
    spans: all(place.spans).map((s) => ({ ...span(s), from: num(s, "from") })), score: num(d, "score"), gaps: num(d, "gaps"),
    hidden: d.hidden === true, withheld: d.withheld === true, deleted: d.deleted === true,
  };
}

export function claimOf(d: Data): Claim {
  return {
    start: num(d, "start"), end: num(d, "end"), checked: words(d.checked), missing: words(d.missing), loose: d.loose === true, seen: d.seen === true,
    cites: all(d.cites).map((c) => ({ index: num(c, "index"), version: versionOf(str(c, "source")), page: num(c, "page"), spans: all(c.spans).map(span), within: (Array.isArray(c.within) ? c.within : []).filter(pair), withheld: c.withheld === true, deleted: c.deleted === true })),
  };
}

const bytes = new TextEncoder();
const byteAt = (text: string, unit: number): number => bytes.encode(text.slice(0, unit)).length;

/** spansOf are the stretches of the document that a part of a passage is from; from and to are UTF-16 units of its text. */
export function spansOf(p: Pick<Passage, "text" | "spans">, from = 0, to = p.text.length): Span[] {
  const start = byteAt(p.text, from), end = byteAt(p.text, to);
  return p.spans.flatMap((s) => {
    const a = Math.max(s.start, start), b = Math.min(s.end, end);
    return a < b ? [{ text: s.text, start: s.from + a - s.start, end: s.from + b - s.start }] : [];
  });
}

/** quoteOf is the text of a passage that stretches of its document are, as far as they are in it. */
export function quoteOf(p: Passage, spans: Span[]): string {
  const raw = bytes.encode(p.text);
  return spans.flatMap((w) => p.spans.flatMap((s) => {
    const a = Math.max(s.from, w.start), b = Math.min(s.from + s.end - s.start, w.end);
    return s.text === w.text && a < b ? [new TextDecoder().decode(raw.subarray(s.start + a - s.from, s.start + b - s.from))] : [];
  })).join(" ");
}

/** innerOf is a passage as it is found in a file within its document; nothing, if it has a place in the document itself. */
export const innerOf = (p: Pick<Passage, "text" | "heading" | "spans">, parts: [number, number][]): Inner | undefined =>
  p.spans.length === 0 && p.text !== "" ? { heading: p.heading, text: p.text, parts } : undefined;

/** citedOf is what is cited of a passage, in its own words. */
export function citedOf(p: Passage, c: Pick<Cite, "spans" | "within">): string {
  if (p.spans.length > 0 || c.spans.length > 0) return quoteOf(p, c.spans);
  const raw = bytes.encode(p.text);
  return c.within.length === 0 ? p.text : c.within.map(([from, to]) => new TextDecoder().decode(raw.subarray(from, to))).join(" ");
}

/** Hit is a place that an answer points to, to be opened in the reading room. */
export interface Hit { key: string; version: string; title: string; where: string; index: number; page: number; spans: Span[]; quote: string; inner?: Inner; region?: Region }

interface Rests { citations: Citation[]; passages: Passages | null; claims: Claim[] }

/** keyOf names the hit of a mark: that of the sentence in which it is, or that of the whole passage. */
export const keyOf = (index: number, claim = -1): string => (claim < 0 ? "p" + index : `c${claim}.${index}`);

/** hitsOf are the places of an answer in order: what its sentences cite, then the passages that were found. What may not be read, or is gone, is none. */
export function hitsOf(a: Rests): Hit[] {
  const items = a.passages?.items ?? [];
  const out: Hit[] = [];
  a.claims.forEach((claim, n) => {
    for (const c of claim.cites) {
      const p = items.find((x) => x.index === c.index), source = a.citations.find((x) => x.index === c.index);
      if (!c.version || c.withheld || c.deleted || p?.withheld || p?.deleted || source?.withheld) continue;
      out.push({ key: keyOf(c.index, n), version: c.version, title: p?.title || source?.title || "", where: p?.where || source?.where || "", index: c.index, page: c.page || p?.page || 0,
        spans: c.spans, quote: (p && citedOf(p, c)) || source?.snippet || "", inner: p && c.spans.length === 0 ? innerOf(p, c.within) : undefined });
    }
  });
  // An answer from before there were passages names documents all the same.
  for (const c of a.citations) {
    const version = versionOf(c.source);
    if (version && !c.withheld && !items.some((p) => p.index === c.index) && !out.some((h) => h.index === c.index)) {
      out.push({ key: keyOf(c.index), version, title: c.title, where: c.where, index: c.index, page: 0, spans: [], quote: "" });
    }
  }
  for (const p of items) {
    if (!p.version || p.withheld || p.deleted) continue;
    const [from, to] = p.extract ?? [0, p.text.length];
    out.push({ key: keyOf(p.index), version: p.version, title: p.title, where: p.where, index: p.index, page: p.page, spans: spansOf(p, from, to), quote: p.text.slice(from, to),
      inner: innerOf(p, p.extract ? [[byteAt(p.text, from), byteAt(p.text, to)]] : []) });
  }
  return out;
}

/** About is what is told of a source: by what was found, and by what is cited. */
export interface About { index: number; title: string; where: string; heading: string; snippet: string; date: string; source: string; url: string; withheld: boolean; deleted: boolean; version: string }

/** aboutOf tells of the source with an index, and of what a sentence cites of it. */
export function aboutOf(a: Rests, index: number, claim = -1): About | null {
  const p = a.passages?.items.find((x) => x.index === index), source = a.citations.find((x) => x.index === index);
  const cite = a.claims[claim]?.cites.find((x) => x.index === index) ?? a.claims.flatMap((c) => c.cites).find((x) => x.index === index);
  if (!p && !source && !cite) return null;
  const version = cite?.version || p?.version || versionOf(source?.source ?? "");
  return {
    index, version, title: p?.title || source?.title || "", where: p?.where || source?.where || "", heading: p?.heading ?? "", date: p?.date ?? "",
    snippet: (p && cite && claim >= 0 && citedOf(p, cite)) || source?.snippet || p?.text || "", source: version ? "" : source?.source ?? "", url: source?.url ?? "",
    withheld: !!(p?.withheld || source?.withheld || cite?.withheld), deleted: !!(p?.deleted || cite?.deleted),
  };
}

/** checkedOf is what was checked of all sentences that cite something, and how many do, fail, say more than is shown, or tell what a model saw. */
export function checkedOf(claims: Claim[]): { checked: string[]; cited: number; failed: number; loose: number; bare: number; seen: number } {
  const cited = claims.filter((c) => c.cites.length > 0);
  const good = cited.filter((c) => c.missing.length === 0);
  const uncited = claims.filter((c) => c.cites.length === 0 && c.missing.length === 0);
  return {
    checked: ["source", "numbers", "names"].filter((k) => good.length > 0 && good.every((c) => c.checked.includes(k))),
    cited: cited.length, failed: claims.filter((c) => c.missing.length > 0).length, loose: good.filter((c) => c.loose).length, bare: uncited.filter((c) => !c.seen).length, seen: uncited.filter((c) => c.seen).length,
  };
}
