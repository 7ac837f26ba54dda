// The conversation that is open: what was said, what is being said, and what waits to be.

import { announce } from "../announce";
import { api, type Ask, type Conversation, type Message } from "../api";
import { keep, lists, loadLists } from "../lists";
import { isAbort, Refused, told } from "../net";
import { toast } from "../parts/toast";
import { go } from "../router";
import { loadSession } from "../session";
import { createStore, useStore, type Store } from "../store";
import { follow } from "../stream";
import { t, when } from "../text";
import { nothing, step, type Answer } from "./answer";

export interface Thread {
  id: string; // "" is a conversation that has not begun
  conversation: Conversation | null;
  messages: Message[]; // from the first to the last of the branch that is shown
  state: "loading" | "ready" | "failed";
  error: string;
  writing: string; // the answer that is being written; "" is none
  queue: string[]; // what will be sent when it is done
  line: boolean; // the line to the server is up
  // What a new conversation begins with.
  temporary: boolean;
  folder: string;
  mode: string;
  model: string;
}

const blank: Thread = {
  id: "", conversation: null, messages: [], state: "ready", error: "", writing: "", queue: [], line: true, temporary: false, folder: "", mode: "", model: "",
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
    thread.set({ ...blank, folder: opts.folder ?? "", model: thread.get().model, mode: thread.get().mode });
    return;
  }
  if (!same) thread.set({ ...blank, id, state: "loading", conversation: lists.get().items.find((c) => c.id === id) ?? null });
  try {
    const got = await api.open(id, opts.leaf, signal);
    thread.set({ id, conversation: got.conversation, messages: got.messages, state: "ready", error: "", writing: got.writing ?? "",
      mode: got.conversation.mode, model: got.conversation.model, folder: got.conversation.folder, temporary: got.conversation.temporary });
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

/** settle puts a finished answer among the messages. */
function settle(message: string, a: Answer): void {
  const stopped = a.error?.code === "stopped" || a.finish === "stopped" || stopping === message;
  thread.set((s) => ({
    line: true,
    writing: s.writing === message ? "" : s.writing,
    messages: s.messages.map((m) => (m.id !== message ? m : {
      ...m, text: a.text, thinking: a.thinking, model: a.model || m.model, finish: a.finish, usage: a.usage, error: stopped ? null : a.error,
      state: stopped ? "stopped" : a.error ? (a.error.code === "interrupted" ? "interrupted" : "failed") : "done",
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
  const { queue } = thread.get();
  if (queue.length > 0 && !a.error && !stopped) {
    thread.set({ queue: queue.slice(1) });
    void say(queue[0] ?? "");
  }
}

/** ended is how an answer that this page followed ended, with its pieces. */
export const ended = (message: string): Answer | undefined => lives.get(message)?.get();

let local = 0;
const draft = (role: "user" | "assistant", text: string, parent: string): Message => ({
  id: "local-" + ++local, parent, role, state: role === "user" ? "done" : "writing", text, created: Date.now(),
});

/** say asks a question, or puts it in the queue while an answer is being written. It returns false if the server refused. */
export async function say(text: string): Promise<boolean> {
  const now = thread.get();
  if (now.writing) {
    thread.set({ queue: [...now.queue, text] });
    return true;
  }
  const parent = now.messages.at(-1)?.id ?? "";
  return turn({ parent: parent || undefined, text }, [...now.messages, draft("user", text, parent), draft("assistant", "", "")]);
}

/** resay asks a question again in other words: a sibling of the first. */
export async function resay(question: Message, text: string): Promise<boolean> {
  const { messages } = thread.get();
  const until = messages.slice(0, messages.findIndex((m) => m.id === question.id));
  return turn({ parent: question.parent, text }, [...until, draft("user", text, question.parent), draft("assistant", "", "")], undefined, question);
}

/** regenerate asks for another answer to the same question. */
export async function regenerate(answer: Message, model?: string): Promise<boolean> {
  const { messages } = thread.get();
  const until = messages.slice(0, messages.findIndex((m) => m.id === answer.id));
  return turn({ regenerate: answer.id, ...(model ? { model } : {}) }, [...until, draft("assistant", "", answer.parent)], answer);
}

/** goOn lets an answer that was cut short go on where it ended. */
export async function goOn(answer: Message): Promise<boolean> {
  const { messages } = thread.get();
  const until = messages.slice(0, messages.findIndex((m) => m.id === answer.id));
  return turn({ continue: answer.id }, [...until, { ...draft("assistant", answer.text, answer.parent) }], answer);
}

async function turn(ask: Ask, shown: Message[], before?: Message, asked?: Message): Promise<boolean> {
  const now = thread.get();
  const { signal } = leave;
  thread.set({ messages: shown, writing: shown.at(-1)?.id ?? "" });
  try {
    const got = await api.turn({
      ...ask,
      ...(now.id ? { conversation: now.id } : { temporary: now.temporary || undefined, folder: now.folder || undefined }),
      ...(now.mode ? { mode: now.mode } : {}),
      ...(!ask.model && now.model ? { model: now.model } : {}),
    });
    if (signal.aborted) { void loadLists(); return true; } // somebody has gone elsewhere: the server answers all the same
    const id = typeof got.conversation === "string" ? got.conversation : got.conversation.id;
    const known = typeof got.conversation === "string" ? now.conversation : got.conversation;
    const kept = shown.filter((m) => !m.id.startsWith("local-"));
    const answer: Message = { ...got.answer, siblings: versions(got.answer, before) };
    const fresh = got.question && !kept.some((m) => m.id === got.question?.id) ? [{ ...got.question, siblings: versions(got.question, asked) }, answer] : [answer];
    thread.set({ id, conversation: known, messages: [...kept, ...fresh], writing: answer.id });
    if (known && !known.temporary) keep(known);
    if (!now.id) go("/c/" + id, true);
    void listen(answer.id, signal);
    return true;
  } catch (err) {
    if (!signal.aborted) thread.set({ messages: now.messages, writing: "" });
    toast(told(err), "bad");
    return false;
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
  thread.set({ queue: [] });
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

export async function removeMessage(m: Message): Promise<void> {
  try {
    await api.removeMessage(m.id);
    await reopen();
  } catch (err) {
    toast(told(err), "bad");
  }
}
