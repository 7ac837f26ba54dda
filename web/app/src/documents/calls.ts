// What the server offers about documents, typed. The names are those of its JSON.

import { ask } from "../net";
import type { Time } from "../api";
import type { Mapped } from "../talk/proof";

/**
 * Collection is a folder of documents. Whoever may read it sees it; what is in it may have readers of its own. Of one's own it says
 * who was named for it, and who reads it because they read what it lies in. documents are those in it, and not below.
 */
export interface Collection { id: string; name: string; parent: string; mine: boolean; readers?: string[]; above?: string[]; documents?: number }

export type ReadState = "waiting" | "read" | "failed" | "cancelled";

/** Version is one file that a document was. done and total are pages; a total of 0 is not known yet. has_reading is whether there is something of it to be opened, as while it is read again. */
export interface Version {
  id: string; document: string; number: number; name: string; size: number; state: ReadState; has_reading?: boolean; done: number; total: number; format?: string;
  pages: number; gaps: number; manifest?: Manifest; error?: { code: string; message: string } | null; created: Time;
  /** It is searched by so many passages. embedded is whether they are found by their meaning too, if anything is; vectors of how many they can be, while that is being made. */
  passages?: number; embedded?: boolean; vectors?: number;
}

export interface Doc {
  id: string; name: string; grade: number; mine: boolean; created: Time; updated: Time; readers?: string[]; versions?: Version[];
  collection?: string; conversation?: string; inherits?: boolean;
}

/** Manifest sets what came out of a file beside what a second pass counted in it. */
export interface Manifest { bytes: number; whole: boolean; cut?: boolean; in?: Counted; out: Counted; gaps?: Gap[] }
export interface Counted { pages: number; tables: number; cells: number; images: number; characters: number }
export interface Gap { what: string; page?: number; where?: string; in?: number; out?: number; why?: string }

/** Hit is a passage that was found; marks are where in its text, from and to, it fits. */
export interface Hit {
  document: string; version: string; name: string; heading: string; text: string; marks: [number, number][] | null; page: number; score: number; gaps: number; hidden: boolean;
  place?: { spans?: Mapped[] } | null;
}

export interface DocChange { name?: string; grade?: number; readers?: string[]; collection?: string; inherits?: boolean }

const id = encodeURIComponent;

export const documents = {
  list: (p: { collection?: string; conversation?: string; after?: string; limit?: number }, signal?: AbortSignal) => {
    const set = Object.entries(p).filter(([, v]) => v !== undefined && v !== "").map(([k, v]) => [k, String(v)]);
    return ask<{ items: Doc[] }>("GET", "/api/documents" + (set.length > 0 ? "?" + new URLSearchParams(set).toString() : ""), undefined, signal);
  },
  one: (document: string) => ask<Doc>("GET", `/api/documents/${id(document)}`),
  change: (document: string, change: DocChange) => ask<Doc>("PATCH", `/api/documents/${id(document)}`, change),
  remove: (document: string) => ask<unknown>("DELETE", `/api/documents/${id(document)}`),
  version: (version: string) => ask<Version>("GET", `/api/versions/${id(version)}`),
  events: (version: string) => `/api/versions/${id(version)}/events`,
  file: (version: string) => `/api/versions/${id(version)}/file`,
  readAgain: (version: string) => ask<Version>("POST", `/api/versions/${id(version)}/reading`, {}),
  stopReading: (version: string) => ask<Version>("DELETE", `/api/versions/${id(version)}/reading`),
  find: (body: { query: string; top?: number; scope?: string; conversation?: string }, signal?: AbortSignal) => ask<{ items: Hit[] }>("POST", "/api/passages", body, signal),

  collections: () => ask<{ items: Collection[] }>("GET", "/api/collections"),
  addCollection: (spec: { name: string; parent?: string; readers?: string[] }) => ask<Collection>("POST", "/api/collections", spec),
  changeCollection: (collection: string, change: { name?: string; parent?: string; readers?: string[] }) => ask<Collection>("PATCH", `/api/collections/${id(collection)}`, change),
  removeCollection: (collection: string) => ask<unknown>("DELETE", `/api/collections/${id(collection)}`),
};

/** newest is the version that is searched and shown. */
export const newest = (d: Doc): Version | undefined => d.versions?.[0];
