// Where in the page a document is read.

import type { Hit } from "./calls";

/** placeOf is the address at which a version is open, at a page and a run of its text if they are known. */
export function placeOf(version: string, at: { page?: number; text?: number; start?: number; end?: number } = {}): string {
  const set = Object.entries(at).filter(([, v]) => v !== undefined && v !== 0).map(([k, v]) => [k, String(v)]);
  return `#/read/${encodeURIComponent(version)}${set.length > 0 ? "?" + new URLSearchParams(set).toString() : ""}`;
}

/** placeOfHit is where a passage stands: from its first run of text to the end of that. */
export function placeOfHit(h: Hit): string {
  const first = h.place?.spans?.[0];
  return placeOf(h.version, { page: h.page, ...(first && { text: first.text, start: first.start, end: first.end }) });
}
