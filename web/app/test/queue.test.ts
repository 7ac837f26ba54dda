import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.hoisted(() => { const g = globalThis as Record<string, unknown>; g.requestAnimationFrame ??= (fn: () => void) => setTimeout(fn, 1); g.cancelAnimationFrame ??= clearTimeout; });

vi.mock("../src/router", () => ({ go: () => {} }));

import * as drafts from "../src/talk/drafts";
import { makeTemporary, open, resay, retries, say, sendNext, stop, thread, uncover, unqueue } from "../src/talk/thread";
import { lists } from "../src/lists";
import { mock } from "../mock/server.mjs";

const real = globalThis.fetch;
let close: (() => void) | undefined;
let lose: (path: string) => "request" | "reply" | "" = () => "";

/** start runs the mock server; lose says which requests, or replies, never arrive. */
async function start() {
  const { server, state } = mock({ speed: 1 });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  globalThis.fetch = (async (path: string, init?: RequestInit) => {
    const lost = init?.method === "POST" ? lose(path) : "";
    if (lost === "request") throw new TypeError("fetch failed");
    const reply = await real(path.startsWith("/") ? base + path : path, init);
    if (lost === "reply") throw new TypeError("fetch failed");
    return reply;
  }) as typeof fetch;
  close = () => { server.closeAllConnections(); server.close(); };
  return state;
}

const asked = (s: Awaited<ReturnType<typeof start>>) => s.requests.filter((r) => r.path === "/api/turns").map((r) => r.body as { text: string; client_id: string; temporary?: boolean; folder?: string; mode?: string; model?: string });
const until = (what: () => boolean) => vi.waitFor(() => { if (!what()) throw new Error("not yet: " + what); }, { timeout: 60000, interval: 5 });
const idle = () => until(() => thread.get().writing === "");
let typed = "", conversation = "";
const field: drafts.Field = { get conversation() { return conversation; }, get: () => typed, set: (s) => { typed = s; }, move: (to) => { conversation = to; } };

beforeEach(async () => {
  for (const k of ["new", "c1", "c2", "n1", "n2", "n3"]) for (const what of ["queue:", "draft:", "unsure:"]) localStorage.removeItem(what + "p1:" + k);
  drafts.belong("p1");
  lose = () => "";
  retries.splice(0, retries.length, 1, 1);
  lists.set({ state: "ready" });
  typed = ""; conversation = "";
  drafts.setField(field);
  await open("");
});
afterEach(async () => { await open(""); close?.(); globalThis.fetch = real; });

test("what is typed meanwhile is sent afterwards, in turn", async () => {
  const s = await start();
  await say("안녕 wait");
  await say("안녕 둘");
  await say("안녕 셋");
  expect(thread.get().queue.map((w) => w.text)).toEqual(["안녕 둘", "안녕 셋"]);
  const id = thread.get().id;
  expect(drafts.queueOf(id)).toHaveLength(2);
  s.turns.get(thread.get().writing)?.end("done", ["finish", { reason: "stop" }]);
  await until(() => asked(s).length === 3);
  await idle();
  expect(asked(s).map((a) => a.text)).toEqual(["안녕 wait", "안녕 둘", "안녕 셋"]);
  expect(new Set(asked(s).map((a) => a.client_id)).size).toBe(3);
  expect(drafts.queueOf(id)).toEqual([]);
});

test("Stop puts what waits back into the field, before what is there", async () => {
  const s = await start();
  await say("wait");
  await say("둘");
  await say("셋");
  typed = "넷을 쓰는 중";
  await stop();
  await idle();
  expect(typed).toBe("둘\n\n셋\n\n넷을 쓰는 중");
  expect(thread.get().queue).toEqual([]);
  expect(asked(s)).toHaveLength(1);
});

test("another conversation, or a reload, loses nothing that waits", async () => {
  const s = await start();
  await say("안녕 wait");
  const id = thread.get().id, answer = thread.get().writing;
  await say("안녕 둘");
  await open("c2");
  expect(thread.get().queue).toEqual([]);
  s.turns.get(answer)?.end("done", ["finish", { reason: "stop" }]);
  await open(id);
  expect(thread.get()).toMatchObject({ held: true, queue: [{ text: "안녕 둘" }] });
  expect(asked(s)).toHaveLength(1); // not by itself: nobody is looking at what it follows
  sendNext();
  await until(() => asked(s).length === 2);
  await idle();
  expect(thread.get()).toMatchObject({ held: false, queue: [] });
});

test("after an error the rest waits, and does not go out after another answer", async () => {
  const s = await start();
  await say("wait");
  await say("둘");
  s.turns.get(thread.get().writing)?.end("failed", ["error", { code: "internal", message: "고장" }]);
  await idle();
  expect(thread.get()).toMatchObject({ held: true, queue: [{ text: "둘" }] });
  await say("안녕");
  await idle();
  expect(asked(s).map((a) => a.text)).toEqual(["wait", "안녕"]);
  const one = thread.get().queue[0];
  if (one) unqueue(one, true);
  expect(typed).toBe("둘");
  expect(thread.get()).toMatchObject({ held: false, queue: [] });
});

test("what the server refuses comes back, and the rest waits", async () => {
  const s = await start();
  await say("안녕 wait");
  await say("둘 busy");
  await say("셋");
  s.turns.get(thread.get().writing)?.end("done", ["finish", { reason: "stop" }]);
  await until(() => typed !== "");
  expect(typed).toBe("둘 busy");
  expect(thread.get()).toMatchObject({ writing: "", held: true, queue: [{ text: "셋" }] });
});

test("a question whose reply is lost is sent again under the same name", async () => {
  const s = await start();
  let first = true;
  lose = (path) => { if (path !== "/api/turns" || !first) return ""; first = false; return "reply"; };
  expect(await say("안녕")).toBe(true);
  await idle();
  const [a, b] = asked(s);
  expect(asked(s)).toHaveLength(2);
  expect(a?.client_id).toBe(b?.client_id);
  expect(a?.client_id).toMatch(/^[0-9a-f]{32}$/);
  expect(thread.get().messages.map((m) => m.role)).toEqual(["user", "assistant"]);
  expect(s.conversations.filter((c) => c.title === "안녕")).toHaveLength(1);
});

test("without a network it comes back, and keeps its name until it is taken", async () => {
  const s = await start();
  lose = (path) => (path === "/api/turns" ? "reply" : "");
  expect(await say("안녕")).toBe(false);
  expect(typed).toBe("안녕");
  expect(drafts.queueOf("")).toEqual([]);
  lose = () => "";
  typed = "";
  expect(await say("안녕")).toBe(true);
  await idle();
  expect(new Set(asked(s).map((a) => a.client_id)).size).toBe(1);
  await say("안녕"); // the same words again are another question
  await idle();
  expect(new Set(asked(s).map((a) => a.client_id)).size).toBe(2);
});

test("a question put in other words is not lost either", async () => {
  const s = await start();
  await say("안녕");
  await idle();
  const question = thread.get().messages[0];
  if (question) expect(await resay(question, "다르게 busy")).toBe(false);
  expect(typed).toBe("다르게 busy");
  expect(thread.get().messages).toHaveLength(2);
  expect(asked(s)).toHaveLength(2);
});

test("a question that is asked in other words keeps what came with it, but for what is gone", async () => {
  const s = await start();
  await say("안녕");
  await idle();
  const question = thread.get().messages[0];
  const picture = { name: "표.png", mime: "image/png", size: 7, blob: "", document: "d1", version: "v1" };
  if (question) await resay({ ...question, attachments: [picture, { ...picture, document: "d2", page: 2, box: [1, 2, 3, 4] }, { ...picture, document: "d3", deleted: true }, { ...picture, document: "d4", withheld: true }] }, "다르게");
  expect((asked(s)[1] as { attachments?: unknown }).attachments).toEqual([{ document: "d1" }, { document: "d2", version: "v1", page: 2, box: [1, 2, 3, 4] }]);
});

test("an answer that the server could not finish is shown as interrupted, not as failed", async () => {
  const s = await start();
  await say("wait");
  s.turns.get(thread.get().writing)?.end("interrupted", ["error", { code: "turn_interrupted", message: "끊겼습니다" }]);
  await idle();
  expect(thread.get().messages.at(-1)?.state).toBe("interrupted");
});

const kept = () => Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n) ?? "").filter((k) => /^(draft|clips|scope|queue|unsure):/.test(k));

test("a temporary question stays one, and leaves nothing in the browser", async () => {
  const s = await start();
  makeTemporary(true);
  await say("안녕 wait");
  const id = thread.get().id;
  await say("안녕 둘");
  drafts.keepDraft(id, "쓰는 중");
  expect([kept(), thread.get().temporary]).toEqual([[], true]);
  expect(thread.get().queue.map((w) => w.text)).toEqual(["안녕 둘"]);
  await open(id, { again: true });
  expect([kept(), drafts.draftOf(id)]).toEqual([[], "쓰는 중"]);
  expect(asked(s)[0]).toMatchObject({ temporary: true });
  lose = (path) => (path === "/api/turns" ? "request" : "");
  await open("");
  typed = "";
  makeTemporary(true);
  const lost = say("비밀"), left = open(""); // somebody leaves before it fails
  await Promise.all([lost, left]);
  expect([typed, drafts.draftOf(""), kept()]).toEqual(["", "", []]);
});

test("a question that has waited over a reload is asked as it was meant", async () => {
  const s = await start();
  drafts.enqueue("", drafts.waiting("", "안녕", { temporary: false, folder: "f1", mode: "web", model: "m1" }));
  thread.set({ mode: "", model: "" });
  await open("");
  expect(thread.get()).toMatchObject({ held: true, queue: [{ text: "안녕" }], folder: "" });
  sendNext();
  await until(() => asked(s).length === 1);
  await idle();
  expect(asked(s)[0]).toMatchObject({ folder: "f1", mode: "web", model: "m1" });
  expect(thread.get().folder).toBe("f1");
});

test("what is cut is read where it stands", async () => {
  const s = await start();
  const said = (id: string, parent: string, more: object) => ({ id, parent, role: "user", state: "done", text: "", created: 1, ...more });
  s.messages.c2 = [said("m1", "", { cut: true, whole: "처음" }), said("m2", "m1", { cut: true, whole: "다음" }), said("m3", "m2", { text: "끝" })] as never;
  await open("c2");
  const first = thread.get().messages[0];
  expect(thread.get().messages.map((m) => m.text)).toEqual(["", "", "끝"]);
  if (first) await uncover(first);
  expect(thread.get().messages.map((m) => [m.id, m.text, m.cut ?? false])).toEqual([["m1", "처음", false], ["m2", "", true], ["m3", "끝", false]]);
});
