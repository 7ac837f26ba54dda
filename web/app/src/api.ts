// What the server offers, typed. The names are those of its JSON.

import { ask } from "./net";
import type { Corners } from "./reading/region";
import type { Numbered } from "./stream";

export type Role = "admin" | "auditor" | "member" | "guest";
export type Level = "extract" | "assist" | "full";
export type Time = number | string;

export interface Team { id: string; name: string }
export interface Person { id: string; name: string; login: string; role: Role; teams: Team[]; password: boolean }
export interface Announcement { id: string; level: "info" | "warning"; text: string }
export interface Quota { per_day: number; used_today: number; per_minute: number; at_once: number; resets_at: Time; teams?: { id: string; name: string; per_day: number; used_today: number }[] }

export interface Session {
  setup: boolean; // somebody administers this server
  local: boolean; // the reader is on the same machine
  person: Person | null;
  may: string[];
  branding: { name: string; accent: string; notice: string; logo?: string };
  announcements: Announcement[];
  quota: Quota | null;
  server: { version: string; url: string; mail: boolean };
  modes?: string[]; // what the assistant can be asked to do, "auto" first
  model: { name: string; level: Level | ""; window: number };
}

export interface Conversation {
  id: string;
  title: string;
  titled?: string;
  folder: string;
  mode: string;
  model: string;
  leaf?: string;
  pinned: boolean;
  archived: boolean;
  temporary: boolean;
  grade?: number; // how confidential it is; 0 is open
  created: Time;
  updated: Time;
}

export type MessageState = "writing" | "done" | "stopped" | "interrupted" | "failed";

export interface Message {
  id: string;
  parent: string;
  role: "user" | "assistant";
  state: MessageState;
  text: string;
  thinking?: string;
  mode?: string;
  model?: string;
  created: Time;
  siblings?: string[];
  rating?: { value: 1 | -1; reasons?: string[]; text?: string } | null;
  error?: { code: string; message: string } | null;
  usage?: { prompt_tokens: number; cached_tokens: number; completion_tokens: number } | null;
  finish?: string;
  cut?: boolean; // its text was left out, since there is too much below it
  deleted?: boolean; // an empty place with something below it
  events?: Numbered[];
  attachments?: Attachment[];
}

/** Attachment is a file of a message, or a document, or a part of a page of one: of one that is gone, or that is not to be seen, only that is told. */
export interface Attachment { name: string; mime: string; blob: string; size: number; document?: string; version?: string; page?: number; box?: Corners; deleted?: boolean; withheld?: boolean }

export interface Opened { conversation: Conversation; messages: Message[]; writing: string | null }
export interface Page<T> { items: T[]; next?: string }
export interface Folder { id: string; name: string; instructions: string }
export interface Prompt { id: string; name: string; title: string; text: string; job?: string; audience?: string; mine?: boolean }
/** Found is a place in a conversation; marks are where in the snippet, from and to, it fits. */
export interface Found { conversation: string; title: string; message: string; snippet: string; marks: [number, number][] | null; archived: boolean; updated: Time }

export interface LedgerItem { kind: string; label: string; tokens: number; fate: "kept" | "summarised" | "left_out"; message: string }
export interface Ledger { window: number; reserved: number; items: LedgerItem[]; estimated?: boolean; rounds?: number; round_tokens?: number }

export interface Ask {
  conversation?: string;
  parent?: string;
  text?: string;
  mode?: string;
  model?: string;
  temporary?: boolean;
  folder?: string;
  regenerate?: string;
  continue?: string;
  scope?: string; // what the answer rests on
  attachments?: { document: string; version?: string; page?: number; box?: Corners }[];
  client_id?: string; // sent twice, it is one turn
}

export interface Settings {
  language?: string;
  theme?: string;
  font_size?: string;
  density?: string;
  enter_sends?: boolean;
  contrast?: boolean;
  instructions?: string;
  default_model?: string;
  default_mode?: string;
}

export interface Grade { grade: number; ko: string; en: string }
export interface Note { code: string; text: string }
export interface Pull { model: string; phase: string; source: string; done: number; total: number; rate: number; error: Note }
export interface Status { state: "ready" | "bringing" | "none"; model: string; pulls: Pull[]; notes: Note[] }
export interface Offer {
  model: string; title: string; size: number; memory: number; window: number; params: number; korean: boolean; here: boolean;
  fits: boolean; loaded: boolean; note: string; licence: string; class: string; elsewhere?: boolean; level?: Level;
}
export interface Licence { model: string; title: string; class: string; url: string; text: string; hash: string; note: Note }

const q = (params: Record<string, string | number | boolean | undefined>): string => {
  const set = Object.entries(params).filter(([, v]) => v !== undefined && v !== "" && v !== false);
  return set.length === 0 ? "" : "?" + new URLSearchParams(set.map(([k, v]) => [k, String(v)])).toString();
};
const id = encodeURIComponent;

export const api = {
  session: () => ask<Session>("GET", "/api/session"),
  signIn: (login: string, password: string) => ask<unknown>("POST", "/api/session", { login, password }),
  useLink: (body: { secret: string; name?: string; login?: string; password?: string }) =>
    ask<{ needs?: string[]; name?: string; kind?: string } | undefined>("POST", "/api/session/link", body),
  signOut: () => ask<unknown>("DELETE", "/api/session"),
  rename: (name: string) => ask<Person>("PATCH", "/api/session", { name }),
  setPassword: (old: string, fresh: string) => ask<unknown>("POST", "/api/session/password", { old, new: fresh }),

  conversations: (p: { folder?: string; archived?: boolean; cursor?: string; limit?: number }) =>
    ask<Page<Conversation>>("GET", "/api/conversations" + q(p)),
  open: (conversation: string, branch: { leaf?: string; until?: string } = {}, signal?: AbortSignal) =>
    ask<Opened>("GET", `/api/conversations/${id(conversation)}${q(branch)}`, undefined, signal),
  change: (conversation: string, change: Partial<Pick<Conversation, "title" | "folder" | "pinned" | "archived" | "mode" | "model" | "leaf" | "grade">>) =>
    ask<Conversation>("PATCH", `/api/conversations/${id(conversation)}`, change),
  remove: (conversation: string) => ask<unknown>("DELETE", `/api/conversations/${id(conversation)}`),
  bulk: (ids: string[], action: "delete" | "archive" | "unarchive" | "move", folder?: string) =>
    ask<unknown>("POST", "/api/conversations/bulk", folder === undefined ? { ids, action } : { ids, action, folder }),
  search: (text: string, signal?: AbortSignal) => ask<Page<Found> & { cut?: boolean }>("GET", "/api/search" + q({ q: text, limit: 30 }), undefined, signal),

  turn: (body: Ask) => ask<{ conversation: Conversation | string; question: Message | null; answer: Message }>("POST", "/api/turns", body),
  stop: (message: string) => ask<unknown>("POST", `/api/turns/${id(message)}/stop`, {}),
  turnEvents: (message: string) => `/api/turns/${id(message)}/events`,
  events: (message: string) => ask<Page<Numbered>>("GET", `/api/messages/${id(message)}/events`),
  answerMarkdown: (message: string) => ask<{ text: string }>("GET", `/api/messages/${id(message)}/markdown`),
  editAnswer: (message: string, text: string) => ask<Message>("PATCH", `/api/messages/${id(message)}`, { text }),
  removeMessage: (message: string) => ask<unknown>("DELETE", `/api/messages/${id(message)}`),
  rate: (message: string, value: 1 | -1 | 0, reasons: string[], text: string) =>
    ask<unknown>("PUT", `/api/messages/${id(message)}/rating`, { value, reasons, text }),
  ledger: (body: { conversation?: string; parent?: string; text: string; mode?: string; model?: string; folder?: string }, signal?: AbortSignal) =>
    ask<Ledger>("POST", "/api/ledger", body, signal),
  approve: (message: string, approval: string, allow: boolean) => ask<unknown>("POST", `/api/turns/${id(message)}/approval`, { id: approval, allow }),
  undoSummary: (summary: string) => ask<unknown>("POST", `/api/summaries/${id(summary)}/undo`, {}),

  folders: () => ask<Page<Folder>>("GET", "/api/folders"),
  addFolder: (name: string, instructions = "") => ask<Folder>("POST", "/api/folders", { name, instructions }),
  changeFolder: (folder: string, change: Partial<Omit<Folder, "id">>) => ask<Folder>("PATCH", `/api/folders/${id(folder)}`, change),
  removeFolder: (folder: string) => ask<unknown>("DELETE", `/api/folders/${id(folder)}`),
  prompts: () => ask<Page<Prompt>>("GET", "/api/prompts"),
  builtinPrompts: () => ask<Page<Prompt>>("GET", "/api/prompts/builtin"),
  settings: () => ask<Settings>("GET", "/api/settings"),
  saveSettings: (s: Settings) => ask<unknown>("PUT", "/api/settings", s),

  grades: () => ask<{ items: Grade[]; clearance: number }>("GET", "/api/grades"),
  status: () => ask<Status>("GET", "/api/status"),
  models: () => ask<{ models: Offer[] }>("GET", "/api/models"),
  licence: (model: string) => ask<Licence>("GET", "/api/licence" + q({ model })),
  accept: (body: { model: string; hash: string; person: string }) => ask<unknown>("POST", "/api/licence/accept", body),
  pull: (model: string) => ask<unknown>("POST", "/api/models/pull", { model }),
  cancelPull: (model: string) => ask<unknown>("POST", "/api/models/cancel", { model }),
  useModel: (model: string) => ask<unknown>("POST", "/api/models/use", { model }),
};
