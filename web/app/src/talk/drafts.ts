// What has been typed and not yet been taken by the server: per conversation, and kept in this browser until it is.

/** Waiting is a question that is to be sent. Its id is what the server knows it by, so that sent twice it is asked once. */
export interface Waiting { id: string; text: string }

const draftKey = (conversation: string): string => "draft:" + (conversation || "new");
const queueKey = (conversation: string): string => "queue:" + (conversation || "new");
const unsureKey = (conversation: string): string => "unsure:" + (conversation || "new");

function put(key: string, text: string): void {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch {
    // A browser that is full, or keeps nothing: the page still has it.
  }
}

function read<T>(key: string, none: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as T | null) ?? none;
  } catch {
    return none;
  }
}

export const draftOf = (conversation: string): string => localStorage.getItem(draftKey(conversation)) ?? "";
export const keepDraft = (conversation: string, text: string): void => put(draftKey(conversation), text);

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

export const queueOf = (conversation: string): Waiting[] => read<Waiting[]>(queueKey(conversation), []);
const keepQueue = (conversation: string, queue: Waiting[]): void => put(queueKey(conversation), queue.length > 0 ? JSON.stringify(queue) : "");

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

/** begun moves what waits for a conversation that has just got its id. */
export function begun(conversation: string): void {
  const queue = queueOf("");
  keepQueue("", []);
  for (const one of queue) enqueue(conversation, one);
}

/** newId is what the server is to know a question by. */
export function newId(): string {
  const random = new Uint8Array(16);
  crypto.getRandomValues(random); // randomUUID is there for pages over TLS alone
  return [...random].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** waiting makes a question to be sent. If it is one of which nobody knows whether it was taken, it keeps its id. */
export function waiting(conversation: string, text: string): Waiting {
  const before = read<Waiting | null>(unsureKey(conversation), null);
  return before?.text === text ? before : { id: newId(), text };
}

/** unsure remembers a question of which nobody knows whether the server has taken it; null forgets. */
export const unsure = (conversation: string, one: Waiting | null): void => put(unsureKey(conversation), one ? JSON.stringify(one) : "");

/** moveField says that the conversation whose field is shown has got its id. */
export function moveField(conversation: string): void {
  if (field?.conversation !== "") return;
  put(draftKey(""), "");
  field.move(conversation);
}
