import { isPicture, kindOf } from "../documents/kind";
import { ask } from "../net";
import type { Inner, Span } from "../talk/proof";

export interface Box { x0: number; y0: number; x1: number; y1: number }
export interface Spot { stretch: number; page?: number; box?: Box; section?: number; paragraph?: number; exact: boolean }
/** Marked is what is marked of a text, in UTF-16 units. */
export interface Marked { text: number; start: number; end: number; part: number; quote: string; row?: number; col?: number }
/** Places are where something stands in what a reading of the document gave, which another reading may replace, and the pages that it stands on: inside a file within the document, if inside says which, and whether it has bytes that can be had. */
export interface Places { reading: string; places: Spot[]; pages?: Sheet[]; texts: Marked[]; inside?: { file: string; names: string[]; sure: boolean; bytes: boolean } }

export interface Sheet { number: number; label?: string; width?: number; height?: number; hidden?: boolean }
export interface Part { page?: number; text: number; texts: number; row?: number; end_row?: number }
export interface Cell { n: number; r: number; c: number; rs?: number; cs?: number; text?: string; shown?: string; formula?: string; blocks?: Block[] }
export interface Grid { rows: number; cols: number; headers?: number; cells: Cell[] }
export interface Block {
  n: number; kind: string; level?: number; marker?: string; text?: string; marks?: { start: number; end: number; kind: string; value?: string }[];
  page?: number; hidden?: boolean; author?: string; table?: Grid; blocks?: Block[];
}
export interface Item { part: number; page?: number; blocks: Block[] }
export interface Content { reading: string; format: string; unit: "page" | "slide" | "sheet" | "chapter" | "flow"; layout: string; title: string; pages?: Sheet[]; parts?: Part[]; items: Item[] }

/** isLooked says whether a document can be shown as it looks: a PDF, or a picture. */
export const isLooked = (c: Content): boolean => c.format === "pdf" || (isPicture(kindOf("", c.format)) && (c.pages?.[0]?.width ?? 0) > 0);

/** Source is what is shown: a version of a document, or the file within it that the server names so. */
export interface Source { version: string; file: string }
export const sourceKey = (s: Source): string => s.version + " " + s.file;
/** readingKey names what one reading gave of a source: of a document that is read again there may be more later. */
export const readingKey = (s: Source, c: Content): string => sourceKey(s) + " " + c.reading;

const id = encodeURIComponent;
const most = 256; // stretches of one request

export const rooms = {
  places: (version: string, spans: Span[], signal?: AbortSignal) => ask<Places>("POST", `/api/versions/${id(version)}/places`, { spans: spans.slice(0, most) }, signal),
  /** inside finds a passage of a file within a document: by its text, for it has no place in the document. */
  inside: (version: string, passage: Inner, signal?: AbortSignal) => ask<Places>("POST", `/api/versions/${id(version)}/places`, { passage: { ...passage, parts: passage.parts.slice(0, most) } }, signal),
  content: ({ version, file }: Source, from: number, to: number, bare: boolean, signal?: AbortSignal) =>
    ask<Content>("GET", `/api/versions/${id(version)}/content?from=${from}&to=${to}${bare ? "&bare=true" : ""}${file ? "&file=" + file : ""}`, undefined, signal),
  file: ({ version, file }: Source) => `/api/versions/${id(version)}/file${file ? "?file=" + file : ""}`,
};
