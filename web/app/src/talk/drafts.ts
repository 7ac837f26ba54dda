// What has been typed and not yet been taken by the server: per person and conversation, and kept in this browser until it
// is. What is typed in a temporary chat is kept in this page alone.

import type { Corners } from "../reading/region";

/** How is where and how a question is asked; scope says what the answer rests on, as the server has it, "" is the usual. */
export interface How { temporary: boolean; folder: string; mode: string; model: string; scope?: string }

/** Clip is a document that is to go with the next question, or with a page and a box a part of it. */
export interface Clip { document: string; version: string; name: string; mime: string; size: number; own: boolean; page?: number; box?: Corners }

/** clipKey tells clips of a conversation apart: a document is there once, and so is each part of it. */
export const clipKey = (c: Pick<Clip, "document" | "page" | "box">): string => [c.document, ...(c.box ? [c.page, ...c.box] : [])].join();

/** Waiting is a question that is to be sent. Its id is what the server knows it by, so that sent twice it is asked once. */
export interface Waiting extends How { id: string; text: string; tab: string; clips?: Clip[]; after?: string } // after is the mode of the conversation when it has been asked in another

const kinds = ["draft", "clips", "scope", "queue", "unsure"] as const; // the first three are the field's
type Kind = (typeof kinds)[number];

let owner = ""; // whose browser this is now; before that is known nothing is kept
let over = false; // this page is about to go, and its texts with it

/** fleeting are the conversations of which the browser keeps nothing, with what this page has of them. */
const fleeting = new Map<string, Map<Kind, string>>();

const keyOf = (kind: Kind, conversation: string): string => `${kind}:${owner}:${conversation || "new"}`;

function put(kind: Kind, conversation: string, text: string): void {
  const here = fleeting.get(conversation);
  if (here) { here.set(kind, text); return; }
  if (owner === "" || over) return;
  try {
    if (text) localStorage.setItem(keyOf(kind, conversation), text);
    else localStorage.removeItem(keyOf(kind, conversation));
  } catch {
    // A browser that is full, or keeps nothing: the page still has it.
  }
}

function take(kind: Kind, conversation: string): string {
  const here = fleeting.get(conversation);
  if (here) return here.get(kind) ?? "";
  return owner === "" || over ? "" : (localStorage.getItem(keyOf(kind, conversation)) ?? "");
}

function read<T>(kind: Kind, conversation: string, none: T): T {
  try {
    return (JSON.parse(take(kind, conversation) || "null") as T | null) ?? none;
  } catch {
    return none;
  }
}

/** remove forgets what is kept of all people but one; "" is no one. */
function remove(but: string): void {
  const keys = Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n) ?? "");
  for (const key of keys) {
    const kind = kinds.find((k) => key.startsWith(k + ":"));
    if (kind && (but === "" || !key.startsWith(`${kind}:${but}:`))) localStorage.removeItem(key);
  }
}

/**
 * belong says who is here, and forgets what others have left. It is false if this page was another person's a moment ago:
 * then it keeps nothing more, and has to be loaded anew, for it still has theirs in sight.
 */
export function belong(person: string): boolean {
  const same = owner === "" || owner === person;
  if (same) owner = person;
  else over = true;
  remove(person);
  return same;
}

/** part forgets all of everybody, and what this page still has: somebody has signed out. */
export function part(): void {
  over = true;
  fleeting.clear();
  remove("");
}

/** isQueue says whether a key of the browser's is that of what waits. */
export const isQueue = (key: string): boolean => key.startsWith("queue:");

/**
 * fleet says whether a conversation is temporary: then what is typed there leaves the browser, and otherwise it is put there.
 * What waits to begin a conversation of its own stays where it is, for it was asked as it was.
 */
export function fleet(conversation: string, temporary: boolean): void {
  if (temporary === fleeting.has(conversation)) return;
  const moved = conversation === "" ? kinds.slice(0, 3) : kinds;
  const now = moved.map((kind) => [kind, take(kind, conversation)] as const);
  if (temporary) {
    for (const [kind] of now) put(kind, conversation, "");
    fleeting.set(conversation, new Map(now));
  } else {
    fleeting.delete(conversation);
    for (const [kind, text] of now) put(kind, conversation, text);
  }
}

/** leaveNew forgets a new temporary chat that somebody has left: its field is that of a lasting one again. */
export function leaveNew(): void {
  if (!fleeting.delete("")) return;
  if (field?.conversation === "") field.set(draftOf(""));
}

/** offer puts a text where the field for a new question finds it. */
export function offer(text: string): void {
  leaveNew();
  keepDraft("", text);
}

export const draftOf = (conversation: string): string => take("draft", conversation);
export const keepDraft = (conversation: string, text: string): void => put("draft", conversation, text);

export const scopeOf = (conversation: string): string => take("scope", conversation);
export const keepScope = (conversation: string, scope: string): void => put("scope", conversation, scope);

/** Clipped are the documents that go with the next question, and the name under which they wait for a conversation that has not begun. */
export interface Clipped { draft: string; clips: Clip[] }
export const clippedOf = (conversation: string): Clipped => read<Clipped>("clips", conversation, { draft: "", clips: [] });
export const keepClipped = (conversation: string, of: Clipped): void => put("clips", conversation, of.clips.length > 0 || of.draft ? JSON.stringify(of) : "");

/** Field is where a person types. */
export interface Field { conversation: string; get(): string; set(text: string): void; move(conversation: string): void }
let field: Field | null = null;
export function setField(now: Field | null): void { field = now; }

/** giveBack puts what was not sent into the field of its conversation, before what has been typed there meanwhile. */
export function giveBack(conversation: string, texts: string[]): void {
  if (texts.length === 0) return;
  const here = field?.conversation === conversation ? field : null;
  const all = [...texts, here ? here.get() : draftOf(conversation)].filter((s) => s.trim() !== "").join("\n\n");
  if (here) here.set(all);
  keepDraft(conversation, all);
}

export const queueOf = (conversation: string): Waiting[] => read<Waiting[]>("queue", conversation, []);
const keepQueue = (conversation: string, queue: Waiting[]): void => put("queue", conversation, queue.length > 0 ? JSON.stringify(queue) : "");

/** enqueue keeps a question behind the others, unless it is there. */
export function enqueue(conversation: string, one: Waiting): void {
  const queue = queueOf(conversation);
  if (!queue.some((w) => w.id === one.id)) keepQueue(conversation, [...queue, one]);
}

/** enqueueFirst keeps a question that is being sent: after a reload it is the first that waits. */
export function enqueueFirst(conversation: string, one: Waiting): void {
  keepQueue(conversation, [one, ...queueOf(conversation).filter((w) => w.id !== one.id)]);
}

/** dequeue forgets a question, once the server has it or the field does. */
export function dequeue(conversation: string, id: string): void {
  keepQueue(conversation, queueOf(conversation).filter((w) => w.id !== id));
}

export function clearQueue(conversation: string): void { keepQueue(conversation, []); }

/** begun moves what waits behind a question to the conversation that has just begun with it, but for what other windows ask. */
export function begun(conversation: string, first: Waiting): void {
  if (first.temporary) fleet(conversation, true);
  const queue = queueOf("");
  const moves = (w: Waiting) => (w.tab === first.tab || w.tab === tab) && w.temporary === first.temporary;
  keepQueue("", queue.filter((w) => !moves(w)));
  for (const one of queue.filter(moves)) enqueue(conversation, one);
}

/** newId is what the server is to know a question by. */
export function newId(): string {
  const random = new Uint8Array(16);
  crypto.getRandomValues(random); // randomUUID is there for pages over TLS alone
  return [...random].map((b) => b.toString(16).padStart(2, "0")).join("");
}

const tab = newId(); // what this window asks is told by from what others do

/** waiting makes a question to be sent. If it is one of which nobody knows whether it was taken, it keeps its id. */
export function waiting(conversation: string, text: string, how: How, clips: Clip[] = []): Waiting {
  const before = read<Waiting | null>("unsure", conversation, null);
  const names = (of: Clip[] | undefined) => (of ?? []).map(clipKey).join(" ");
  const same = before?.text === text && before.temporary === how.temporary && before.folder === how.folder && names(before.clips) === names(clips);
  const { temporary, folder, mode, model, scope } = how;
  return { id: same ? before.id : newId(), text, tab, temporary, folder, mode, model, ...(scope && { scope }), ...(clips.length > 0 && { clips }) };
}

/** unsure remembers a question of which nobody knows whether the server has taken it; null forgets. */
export const unsure = (conversation: string, one: Waiting | null): void => put("unsure", conversation, one ? JSON.stringify(one) : "");

/** moveField says that the conversation whose field is shown has got its id. */
export function moveField(conversation: string): void {
  if (field?.conversation !== "") return;
  put("draft", "", "");
  field.move(conversation);
}
