// The files that are on their way to the server, and are being read there. They go on wherever in the page one is.

import { createStore, useStore } from "../store";
import { isAbort, Refused, told } from "../net";
import { t } from "../text";
import { documents, newest, type Doc, type Version } from "./calls";
import type { Gathered } from "./gather";
import { sendFile, type SendOptions } from "./send";
import { folderFor } from "./shelf";
import { watchReading } from "./watch";

/** Target is where a file is to be: in a folder, with a conversation, or neither. */
export interface Target { collection: string; conversation: string }

export type UploadState = "waiting" | "sending" | "reading" | "done" | "failed" | "cancelled";

export interface Upload {
  id: string;
  name: string;
  folders: string[]; // in which it lay, below the target
  mime: string;
  size: number; // bytes
  to: Target;
  state: UploadState;
  sent: number; // bytes
  done: number; // pages that have been read
  total: number; // 0 is not known yet
  pages: number;
  gaps: number;
  document: string; // "" until the server has it
  version: string;
  error: string;
}

export const uploads = createStore<{ all: Upload[] }>({ all: [] });
export const useUploads = <S>(select: (all: Upload[]) => S): S => useStore(uploads, (s) => select(s.all));

export const largest = 256 << 20; // bytes; the server's limit

/** wires are what goes to the server. Tests have their own. */
export const wires = {
  send: (form: FormData, opts: SendOptions): Promise<Doc> => sendFile<Doc>("/api/documents", form, opts),
  folder: folderFor,
  watch: watchReading,
  pause: (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms)),
};

const files = new Map<string, File>(); // of what has not been sent
const lines = new Map<string, AbortController>(); // of what is being sent
const unwatch = new Map<string, () => void>();
const listeners = new Set<(u: Upload) => void>();
let next = 1;
let running = false;

/** onUploaded is told of each file that the server has got, and of each that has been read. It returns how to stop that. */
export function onUploaded(fn: (u: Upload) => void): () => void {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

const one = (id: string): Upload | undefined => uploads.get().all.find((u) => u.id === id);

function change(id: string, to: Partial<Upload>): void {
  uploads.set((s) => ({ all: s.all.map((u) => (u.id === id ? { ...u, ...to } : u)) }));
}

function tell(id: string): void {
  const u = one(id);
  if (u) for (const fn of [...listeners]) fn(u);
}

/** upload puts files into the queue, behind those that are there, and returns what they are called in it. */
export function upload(gathered: Gathered[], to: Target): string[] {
  const fresh = gathered.map((g): Upload => {
    const id = "up" + next++;
    if (g.file) files.set(id, g.file);
    const size = g.file?.size ?? 0;
    const error = g.error ? t("up_unopened") : size > largest ? t("up_large", largest >> 20) : size === 0 ? t("up_empty") : "";
    return { id, name: g.name, folders: g.folders, mime: g.file?.type ?? "", size, to, state: error ? "failed" : "waiting", sent: 0, done: 0, total: 0, pages: 0, gaps: 0, document: "", version: "", error };
  });
  uploads.set((s) => ({ all: [...s.all, ...fresh] }));
  void run();
  return fresh.map((u) => u.id);
}

/** run sends what waits, one after the other: the server takes one file of a person at a time. */
async function run(): Promise<void> {
  if (running) return;
  running = true;
  for (let u = first(); u; u = first()) await put(u);
  running = false;
}

const first = (): Upload | undefined => uploads.get().all.find((u) => u.state === "waiting");

async function put(u: Upload): Promise<void> {
  const file = files.get(u.id);
  if (!file) { change(u.id, { state: "failed", error: t("up_unopened") }); return; }
  const line = new AbortController();
  lines.set(u.id, line);
  change(u.id, { state: "sending", sent: 0, error: "" });
  try {
    const collection = u.folders.length > 0 ? await wires.folder(u.to.collection, u.folders) : u.to.collection;
    const d = await deliver(u, file, collection, line.signal);
    const v = newest(d);
    files.delete(u.id);
    if (!one(u.id)) return; // forgotten meanwhile
    change(u.id, { state: "reading", sent: u.size, document: d.id, version: v?.id ?? "" });
    if (v) read(u.id, v);
    tell(u.id);
    if (v && v.state === "waiting") follow(u.id, v.id);
  } catch (err) {
    if (isAbort(err) || line.signal.aborted) change(u.id, { state: "cancelled" });
    else change(u.id, { state: "failed", error: told(err) });
  } finally {
    lines.delete(u.id);
  }
}

const busy = ["import_yours", "import_busy"]; // another window of ours is sending, or too many people are

/** deliver sends a file, and waits while others are being sent. */
async function deliver(u: Upload, file: File, collection: string, signal: AbortSignal): Promise<Doc> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await wires.send(formOf(u, file, collection), { signal, onSent: (bytes) => change(u.id, { sent: Math.min(bytes, u.size) }) });
    } catch (err) {
      if (!(err instanceof Refused) || !busy.includes(err.code) || attempt >= 30) throw err;
      await wires.pause(Math.min(5000, 500 * 2 ** attempt));
      signal.throwIfAborted();
    }
  }
}

function formOf(u: Upload, file: File, collection: string): FormData {
  const form = new FormData(); // the file comes last: the server reads in order
  if (collection) form.append("collection", collection);
  if (u.to.conversation) form.append("conversation", u.to.conversation);
  form.append("file", file, u.name);
  return form;
}

function follow(id: string, version: string): void {
  unwatch.get(id)?.();
  unwatch.set(id, wires.watch(version, (v) => (v ? read(id, v) : change(id, { state: "failed", error: t("up_gone") }))));
}

/** read takes what is known of how far the reading has come. */
function read(id: string, v: Version): void {
  const now = one(id);
  if (!now || now.state === "cancelled") return;
  const state: UploadState = v.state === "waiting" ? "reading" : v.state === "read" ? "done" : v.state;
  change(id, { state, done: v.done, total: v.total, pages: v.pages, gaps: v.gaps, error: v.error?.message ?? "" });
  if (state === "reading") return;
  unwatch.get(id)?.();
  unwatch.delete(id);
  tell(id);
}

/** isOpen says whether something still goes on with a file. */
export const isOpen = (u: Upload): boolean => u.state === "waiting" || u.state === "sending" || u.state === "reading";

/** isSending says whether the server has not got a file yet. */
export const isSending = (u: Upload): boolean => u.state === "waiting" || u.state === "sending";

/** cancel stops a file: one that is on its way does not arrive, and one that is being read stays unread. */
export async function cancel(id: string): Promise<void> {
  const u = one(id);
  if (!u || !isOpen(u)) return;
  lines.get(id)?.abort();
  unwatch.get(id)?.();
  unwatch.delete(id);
  change(id, { state: "cancelled" });
  if (!u.version) return;
  await documents.stopReading(u.version).catch((err: unknown) => change(id, { error: told(err) }));
  tell(id);
}

/** retry takes up again what failed or was cancelled: sending, behind what waits, or reading. */
export async function retry(id: string): Promise<void> {
  const u = one(id);
  if (!u || isOpen(u) || u.state === "done") return;
  if (!u.version) {
    if (u.size > largest || !files.has(id)) return;
    uploads.set((s) => ({ all: [...s.all.filter((x) => x.id !== id), { ...u, state: "waiting", sent: 0, error: "" }] }));
    void run();
    return;
  }
  change(id, { state: "reading", done: 0, error: "" });
  try {
    const v = await documents.readAgain(u.version);
    read(id, v);
    if (v.state === "waiting") follow(id, v.id);
  } catch (err) {
    change(id, { state: "failed", error: told(err) });
  }
}

/** canRetry says whether there is any use in trying again. */
export const canRetry = (u: Upload): boolean => (u.state === "failed" || u.state === "cancelled") && (u.version !== "" || (files.has(u.id) && u.size <= largest && u.size > 0));

/** forget takes files out of the queue; what is still on its way is stopped. */
export function forget(ids: string[]): void {
  for (const id of ids) {
    lines.get(id)?.abort();
    unwatch.get(id)?.();
    unwatch.delete(id);
    files.delete(id);
  }
  uploads.set((s) => ({ all: s.all.filter((u) => !ids.includes(u.id)) }));
}

/** moveUploads says that a conversation has got its id: what was put in before belongs to it. */
export function moveUploads(from: string, to: string): void {
  uploads.set((s) => ({ all: s.all.map((u) => (u.to.conversation === from ? { ...u, to: { ...u.to, conversation: to } } : u)) }));
}

/** Tally is how much of some uploads is done. */
export interface Tally { all: number; ended: number; failed: number; open: number; share: number }

/** tally counts files, and says how much of the way is behind them: half is sending, half is reading. */
export function tally(of: Upload[]): Tally {
  const counted = of.filter((u) => u.state !== "cancelled");
  const share = (u: Upload): number => {
    if (!isOpen(u)) return 1;
    return 0.5 * (u.size > 0 ? u.sent / u.size : 0) + (u.total > 0 ? 0.5 * Math.min(1, u.done / u.total) : 0);
  };
  return {
    all: counted.length, ended: counted.filter((u) => u.state === "done").length, failed: counted.filter((u) => u.state === "failed").length, open: counted.filter(isOpen).length,
    share: counted.length === 0 ? 0 : counted.reduce((n, u) => n + share(u), 0) / counted.length,
  };
}
