// The conversation that is open: what was said, what is being said, and what waits to be.

import { announce } from "../announce";
import { api, type Ask, type Conversation, type Message } from "../api";
import { change, keep, lists, loadLists } from "../lists";
import { isAbort, Refused, told } from "../net";
import { toast } from "../parts/toast";
import { go } from "../router";
import { loadSession } from "../session";
import { createStore, useStore, type Store } from "../store";
import { follow } from "../stream";
import { t, when } from "../text";
import { nothing, step, type Answer } from "./answer";
import { begun, dropClips, returnClips } from "./clips";
import * as drafts from "./drafts";
import type { Clip, Waiting } from "./drafts";

export interface Thread {
  id: string; // "" is a conversation that has not begun
  conversation: Conversation | null;
  messages: Message[]; // from the first to the last of the branch that is shown
  state: "loading" | "ready" | "failed";
  error: string;
  writing: string; // the answer that is being written; "" is none
  queue: Waiting[]; // what will be sent when it is done
  held: boolean; // what waits is sent only when somebody says so
  line: boolean; // the line to the server is up
  // What a new conversation begins with.
  temporary: boolean;
  folder: string;
  mode: string;
  model: string;
  scope: string; // what answers rest on; "" is what belongs to the conversation, or else everything
}

const blank: Thread = {
  id: "", conversation: null, messages: [], state: "ready", error: "", writing: "", queue: [], held: false, line: true, temporary: false, folder: "", mode: "", model: "", scope: "",
};

export const thread = createStore<Thread>(blank);
export const useThread = <S>(select: (t: Thread) => S): S => useStore(thread, select);

/** lives are the answers that this page follows, by message. */
const lives = new Map<string, Store<Answer>>();
export const liveOf = (message: string): Store<Answer> | undefined => lives.get(message);

let leave = new AbortController(); // ends what belongs to the conversation that is open

/** open shows a conversation; "" is a new one. */
export async function open(id: string, opts: { leaf?: string; folder?: string; again?: boolean } = {}): Promise<void> {
  if (id !== "" && id === thread.get().id && !opts.leaf && !opts.again && thread.get().state !== "failed") return;
  const same = id !== "" && id === thread.get().id;
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  lives.clear();
  if (id === "") {
    if (thread.get().temporary && thread.get().id === "") dropClips("");
    drafts.leaveNew();
    thread.set({ ...blank, folder: opts.folder ?? "", model: thread.get().model, mode: thread.get().mode, scope: drafts.scopeOf("") });
    showQueue(true);
    return;
  }
  if (!same) thread.set({ ...blank, id, state: "loading", scope: drafts.scopeOf(id), conversation: lists.get().items.find((c) => c.id === id) ?? null });
  try {
    const got = await api.open(id, { leaf: opts.leaf }, signal);
    if (got.conversation.temporary) drafts.fleet(id, true);
    thread.set({ id, conversation: got.conversation, messages: got.messages, state: "ready", error: "", writing: got.writing ?? "",
      mode: got.conversation.mode, model: got.conversation.model, folder: got.conversation.folder, temporary: got.conversation.temporary, scope: drafts.scopeOf(id) });
    showQueue(!got.writing);
    if (got.writing) void listen(got.writing, signal);
  } catch (err) {
    if (!isAbort(err)) thread.set({ state: "failed", error: told(err) });
  }
}

/** catchUp brings what was said meanwhile in another window or on another device. */
export async function catchUp(): Promise<void> {
  const { id, writing, conversation } = thread.get();
  const now = lists.get().items.find((c) => c.id === id);
  if (now && conversation && !writing && when(now.updated) > when(conversation.updated)) await open(id, { again: true });
}

/** listen follows an answer that the server is writing. */
async function listen(message: string, signal: AbortSignal): Promise<void> {
  // One that goes on with an earlier answer begins with its words.
  let latest = { ...nothing, text: thread.get().messages.find((m) => m.id === message)?.text ?? "" };
  const live = createStore<Answer>(latest);
  lives.set(message, live);
  thread.set({ writing: message });
  let frame = 0;
  const show = () => { frame = 0; live.set(latest); };
  try {
    await follow(api.turnEvents(message), {
      signal,
      onLine: (line) => thread.set({ line }),
      onEvent(ev) {
        latest = step(latest, ev);
        // Where nobody looks, there are no frames.
        if (document.hidden) show();
        else frame ||= requestAnimationFrame(show);
      },
    });
  } catch (err) {
    if (isAbort(err)) return;
    latest = { ...latest, error: { code: err instanceof Refused ? err.code : "", message: told(err) } };
  } finally {
    cancelAnimationFrame(frame);
  }
  show();
  settle(message, latest);
}

const interrupted = "turn_interrupted"; // the server's code for an answer that it could not finish

/** settle puts a finished answer among the messages. */
function settle(message: string, a: Answer): void {
  const stopped = a.error?.code === "stopped" || a.finish === "stopped" || stopping === message;
  thread.set((s) => ({
    line: true,
    writing: s.writing === message ? "" : s.writing,
    messages: s.messages.map((m) => (m.id !== message ? m : {
      ...m, text: a.text, thinking: a.thinking, model: a.model || m.model, finish: a.finish, usage: a.usage, error: stopped ? null : a.error,
      state: stopped ? "stopped" : a.error ? (a.error.code === interrupted ? "interrupted" : "failed") : "done",
      events: undefined,
    })),
  }));
  stopping = "";
  announce(a.error ? a.error.message : t("answer_ready"));
  void loadSession(); // what is left of a quota
  void loadLists().then(() => {
    const found = lists.get().items.find((c) => c.id === thread.get().id);
    if (found) thread.set({ conversation: found });
  });
  const { queue, held } = thread.get();
  if (stopped) giveBackQueue();
  else if (a.error) thread.set({ held: queue.length > 0 });
  else if (!held) sendNext();
}

/** showQueue shows what waits for the conversation that is open, but for what is on its way. */
function showQueue(held?: boolean): void {
  const queue = drafts.queueOf(thread.get().id).filter((w) => w.id !== sending);
  thread.set((s) => ({ queue, held: queue.length > 0 && (held ?? s.held) }));
}

// What is typed in one window waits in all.
addEventListener("storage", (e) => { if (e.key === null || drafts.isQueue(e.key)) showQueue(); });

/** giveBackQueue puts all that waits back into the field. */
function giveBackQueue(): void {
  const { id, queue } = thread.get();
  drafts.clearQueue(id);
  showQueue();
  drafts.giveBack(id, queue.map((w) => w.text));
  returnClips(id, queue.flatMap((w) => w.clips ?? []));
}

/** sendNext sends the first that waits, now or when the answer is done, and the others after it. */
export function sendNext(): void {
  const { queue, writing } = thread.get();
  thread.set({ held: false });
  if (!writing && queue[0]) void put(queue[0]);
}

/** unqueue takes a question out of those that wait; to edit it is to have it in the field again. */
export function unqueue(one: Waiting, edit: boolean): void {
  const { id } = thread.get();
  drafts.dequeue(id, one.id);
  showQueue();
  if (edit) drafts.giveBack(id, [one.text]);
  returnClips(id, one.clips ?? []);
}

/** ended is how an answer that this page followed ended, with its pieces. */
export const ended = (message: string): Answer | undefined => lives.get(message)?.get();

let local = 0;
const draft = (role: "user" | "assistant", text: string, parent: string, clips: Clip[] = []): Message => ({
  id: "local-" + ++local, parent, role, state: role === "user" ? "done" : "writing", text, created: Date.now(),
  ...(clips.length > 0 && { attachments: clips.map((c) => ({ name: c.name, mime: c.mime, size: c.size, blob: "", document: c.document, version: c.version, ...partOf(c) })) }),
});

/** partOf is what tells of a clip that it is a part of a page. */
const partOf = (c: Clip): { page?: number; box?: Clip["box"] } => (c.page && c.box ? { page: c.page, box: c.box } : {});

/** say asks a question, or puts it in the queue while an answer is being written. What is refused is in the field again. mode is for this question alone. */
export async function say(text: string, clips: Clip[] = [], mode?: string): Promise<boolean> {
  const { id, writing, mode: after } = thread.get();
  const one: Waiting = mode ? { ...drafts.waiting(id, text, { ...thread.get(), mode }, clips), after } : drafts.waiting(id, text, thread.get(), clips);
  if (!writing) return put(one);
  drafts.enqueue(id, one);
  showQueue();
  return true;
}

let sending = ""; // the question that is on its way to the server

/** put sends a question. It waits in this browser until the server has it. */
async function put(one: Waiting): Promise<boolean> {
  const now = thread.get();
  const parent = now.messages.at(-1)?.id ?? "";
  drafts.enqueueFirst(now.id, one);
  sending = one.id;
  showQueue();
  const taken = await turn({ parent: parent || undefined, text: one.text }, [...now.messages, draft("user", one.text, parent, one.clips), draft("assistant", "", "")], { one });
  if (sending === one.id) sending = "";
  showQueue(taken || thread.get().id !== now.id ? undefined : true);
  return taken;
}

/** attachedTo are the documents that came with a question, and the parts of pages that it is about, as they would go with another. */
const attachedTo = (m: Message): Clip[] => (m.attachments ?? []).flatMap((a) => (a.document && a.version && !a.deleted && !a.withheld
  ? [{ document: a.document, version: a.version, name: a.name, mime: a.mime, size: a.size, own: false, ...(a.page && a.box && { page: a.page, box: a.box }) }] : []));

/** resay asks a question again in other words, with what came with it: a sibling of the first. */
export async function resay(question: Message, text: string): Promise<boolean> {
  const { messages } = thread.get();
  const until = messages.slice(0, messages.findIndex((m) => m.id === question.id));
  const clips = attachedTo(question), one = drafts.waiting(thread.get().id, text, thread.get(), clips);
  return turn({ parent: question.parent, text }, [...until, draft("user", text, question.parent, clips), draft("assistant", "", "")], { one, asked: question });
}

/** regenerate asks for another answer to the same question. */
export async function regenerate(answer: Message, model?: string): Promise<boolean> {
  const { messages } = thread.get();
  const until = messages.slice(0, messages.findIndex((m) => m.id === answer.id));
  return turn({ regenerate: answer.id, ...(model ? { model } : {}) }, [...until, draft("assistant", "", answer.parent)], { before: answer });
}

/** goOn lets an answer that was cut short go on where it ended. */
export async function goOn(answer: Message): Promise<boolean> {
  const { messages } = thread.get();
  const until = messages.slice(0, messages.findIndex((m) => m.id === answer.id));
  return turn({ continue: answer.id }, [...until, { ...draft("assistant", answer.text, answer.parent) }], { before: answer });
}

/** From is what a turn comes from: what was typed, and the versions that it stands beside. */
interface From { one?: Waiting; before?: Message; asked?: Message }

async function turn(ask: Ask, shown: Message[], from: From): Promise<boolean> {
  const now = thread.get();
  const how = from.one ?? now; // what has waited is asked as it was meant when it was typed
  const { signal } = leave;
  thread.set({ messages: shown, writing: shown.at(-1)?.id ?? "" });
  try {
    const got = await deliver({
      ...ask,
      client_id: from.one?.id ?? drafts.newId(),
      ...(now.id ? { conversation: now.id } : { temporary: how.temporary || undefined, folder: how.folder || undefined }),
      ...(how.mode ? { mode: how.mode } : {}),
      ...(!ask.model && how.model ? { model: how.model } : {}),
      ...(how.scope ? { scope: how.scope } : {}),
      ...(from.one?.clips ? { attachments: from.one.clips.map((c) => ({ document: c.document, ...(c.box && { version: c.version, ...partOf(c) }) })) } : {}),
    });
    const id = typeof got.conversation === "string" ? got.conversation : got.conversation.id;
    if (from.one) {
      drafts.dequeue(now.id, from.one.id);
      drafts.unsure(now.id, null);
    }
    if (!now.id && from.one) {
      drafts.begun(id, from.one);
      drafts.keepScope(id, from.one.scope ?? "");
      drafts.keepScope("", "");
      begun(id);
    }
    if (from.one?.after !== undefined) void api.change(id, { mode: from.one.after || "auto" }).catch(() => {}); // the next question is asked as before
    if (signal.aborted) { void loadLists(); return true; } // somebody has gone elsewhere: the server answers all the same
    const known = typeof got.conversation === "string" ? now.conversation : got.conversation;
    const kept = shown.filter((m) => !m.id.startsWith("local-") && m.id !== got.answer.id);
    const answer: Message = { ...got.answer, siblings: versions(got.answer, from.before) };
    const fresh = got.question && !kept.some((m) => m.id === got.question?.id) ? [{ ...got.question, siblings: versions(got.question, from.asked) }, answer] : [answer];
    if (!now.id) drafts.moveField(id);
    thread.set({ id, conversation: known, messages: [...kept, ...fresh], writing: answer.id, line: true, ...(!now.id && { temporary: how.temporary, folder: how.folder }) });
    if (known && !known.temporary) keep(known);
    if (!now.id) go("/c/" + id, true);
    void listen(answer.id, signal);
    return true;
  } catch (err) {
    if (from.one) {
      drafts.dequeue(now.id, from.one.id);
      if (now.id || !from.one.temporary || !signal.aborted) { // the field for a new question is no longer a temporary one
        drafts.unsure(now.id, err instanceof Refused && err.status > 0 && err.status < 500 ? null : from.one);
        drafts.giveBack(now.id, [from.one.text]);
        returnClips(now.id, from.one.clips ?? []);
      }
    }
    if (!signal.aborted) thread.set({ messages: now.messages, writing: "", line: true });
    toast(told(err), "bad");
    return false;
  }
}

/** retries are how long a question waits for the network before it is sent again, in ms. */
export const retries = [400, 1500, 4000];

/** deliver sends a question until there is a reply: the server knows one that it has taken by its client_id. */
async function deliver(body: Ask): ReturnType<typeof api.turn> {
  for (let n = 0; ; n++) {
    try {
      return await api.turn(body);
    } catch (err) {
      const wait = retries[n];
      if (!(err instanceof Refused) || err.status !== 0 || wait === undefined) throw err;
      thread.set({ line: false });
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

/** versions are the siblings of a new message: those that the server tells, or those of the one it stands beside. */
function versions(fresh: Message, before?: Message): string[] {
  if (!before || (fresh.siblings && fresh.siblings.length > 1)) return fresh.siblings ?? [fresh.id];
  return [...(before.siblings ?? [before.id]), fresh.id];
}

/** branchAt lets the next question follow a message in the middle: what came after it stays as another branch. */
export function branchAt(m: Message): void {
  const { messages, writing } = thread.get();
  if (writing) return;
  thread.set({ messages: messages.slice(0, messages.findIndex((x) => x.id === m.id) + 1) });
}

let stopping = "";

/** stop ends the answer that is being written. What was written stays. */
export async function stop(): Promise<void> {
  const { writing } = thread.get();
  if (!writing || writing.startsWith("local-")) return;
  stopping = writing;
  giveBackQueue();
  try {
    await api.stop(writing);
  } catch (err) {
    stopping = "";
    toast(told(err), "bad");
  }
}

/** sibling shows another version of a message, and what follows it. */
export async function sibling(id: string): Promise<void> {
  const now = thread.get();
  await open(now.id, { leaf: id });
  const leaf = thread.get().messages.at(-1)?.id;
  if (leaf && thread.get().id === now.id) void api.change(now.id, { leaf }).catch(() => {}); // so that it is shown next time too
}

/** reopen fetches what is shown again, after something in it has changed. */
export async function reopen(): Promise<void> {
  const { id, messages } = thread.get();
  await open(id, { leaf: messages.at(-1)?.id });
}

/** chooseModel has another model answer from now on, here; "" is the usual one. */
export function chooseModel(model: string): void {
  const { id } = thread.get();
  thread.set({ model });
  if (id) void change(id, { model });
}

/** chooseScope says what answers rest on from now on, here. */
export function chooseScope(scope: string): void {
  thread.set({ scope });
  drafts.keepScope(thread.get().id, scope);
}

/** makeTemporary says whether the conversation that is about to begin is to be kept. */
export function makeTemporary(temporary: boolean): void {
  drafts.fleet("", temporary);
  thread.set({ temporary });
  showQueue(true);
}

/** uncover fetches the texts of what is cut, from as far back as they fit up to a message. */
export async function uncover(m: Message): Promise<void> {
  const { id } = thread.get();
  try {
    const got = await api.open(id, { until: m.id }, leave.signal);
    const whole = new Map(got.messages.filter((x) => !x.cut).map((x) => [x.id, x]));
    if (thread.get().id === id) thread.set((s) => ({ messages: s.messages.map((x) => (x.cut && whole.get(x.id)) || x) }));
  } catch (err) {
    if (!isAbort(err)) toast(told(err), "bad");
  }
}

export async function removeMessage(m: Message): Promise<void> {
  try {
    await api.removeMessage(m.id);
    await reopen();
  } catch (err) {
    toast(told(err), "bad");
  }
}
