import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { fold, nothing, step } from "../src/talk/answer";
import { follow, parseEvents, type Numbered } from "../src/stream";
import { Refused } from "../src/net";
import { mock } from "../mock/server.mjs";

const real = globalThis.fetch;
let close: (() => void) | undefined;
afterEach(() => { close?.(); vi.unstubAllGlobals; globalThis.fetch = real; });

/** start runs the mock server, and lets fetch ask it. */
async function start(opts: object) {
  const { server, state } = mock(opts);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  globalThis.fetch = ((path: string, init?: RequestInit) => real(path.startsWith("/") ? base + path : path, init)) as typeof fetch;
  close = () => { server.closeAllConnections(); server.close(); };
  return state;
}

async function ask(text: string): Promise<string> {
  const reply = await fetch("/api/turns", { method: "POST", body: JSON.stringify({ text }) });
  return ((await reply.json()) as { answer: { id: string } }).answer.id;
}

const soon = () => Promise.resolve();

test("events are read however they are cut", () => {
  const text = "id: 1\nevent: delta\ndata: {\"text\":\"가\"}\n\n: beat\n\nid: 2\r\nevent: finish\r\ndata: {}\r\ndata: x\r\n\r\n";
  for (let cut = 0; cut <= text.length; cut++) {
    const parse = parseEvents();
    const got = [...parse(text.slice(0, cut)), ...parse(text.slice(cut))];
    expect(got).toEqual([{ id: "1", event: "delta", data: '{"text":"가"}' }, { id: "2", event: "finish", data: "{}\nx" }]);
  }
});

test("a broken line loses and doubles nothing", async () => {
  const state = await start({ begin: "down-mid-answer", speed: 1 });
  const id = await ask("복리를 설명해 주세요");
  let answer = nothing;
  const numbers: number[] = [], lines: boolean[] = [];
  await follow(`/api/turns/${id}/events`, { signal: new AbortController().signal, wait: soon, onLine: (up) => lines.push(up), onEvent: (e) => { numbers.push(e.number); answer = step(answer, e); } });
  const stored = Object.values(state.messages).flat().find((m) => m.id === id);
  expect(answer.text).toBe(stored?.text);
  expect(answer.text.length).toBeGreaterThan(300);
  expect(numbers).toEqual(numbers.map((_, n) => n + 1));
  expect(lines).toEqual([true, false, true]);
});

test("what is not there is not asked for again", async () => {
  await start({});
  let waits = 0;
  const end = follow("/api/turns/none/events", { signal: new AbortController().signal, onEvent() {}, wait: async () => { waits++; } });
  await expect(end).rejects.toBeInstanceOf(Refused);
  expect(waits).toBe(0);
});

test("leaving ends it", async () => {
  await start({ speed: 5 });
  const id = await ask("이어서 wait");
  const leave = new AbortController();
  const end = follow(`/api/turns/${id}/events`, { signal: leave.signal, onEvent: () => leave.abort(), wait: soon });
  await expect(end).rejects.toMatchObject({ name: "AbortError" });
});

const ev = (number: number, kind: string, data: unknown): Numbered => ({ number, kind, data });

test("an event heard twice changes nothing", () => {
  const events = [ev(1, "delta", { at: 0, text: "가나" }), ev(2, "delta", { at: 2, text: "다" }), ev(3, "table", { title: "t", columns: ["a"], rows: [["1"]] }), ev(4, "citation", { index: 1, title: "x" })];
  const once = events.reduce(step, nothing);
  const twice = [...events, ...events].reduce(step, nothing);
  expect(once.text).toBe("가나다");
  expect(twice.text).toBe("가나다");
  expect(twice.pieces).toHaveLength(1);
  expect(twice.citations).toHaveLength(1);
});

test("one long event may stand for several short ones", () => {
  expect([ev(1, "delta", { at: 0, text: "가" }), ev(3, "delta", { at: 0, text: "가나다" }), ev(4, "delta", { at: 3, text: "라" })].reduce(step, nothing).text).toBe("가나다라");
});

test("what nobody knows is kept, and what is damaged breaks nothing", () => {
  expect(step(nothing, ev(1, "hologram", {})).pieces).toMatchObject([{ kind: "unknown", name: "hologram" }]);
  for (const kind of ["delta", "phase", "call", "result", "citation", "table", "chart", "file", "approval", "verdict", "ledger", "finish", "error"]) {
    for (const data of [null, 5, [], {}, { rows: 5, columns: {}, text: 7, at: "x" }]) expect(() => step(nothing, ev(1, kind, data))).not.toThrow();
  }
});

test("a stored answer is its words and its pieces", () => {
  const a = fold("말한 것", "생각한 것", [ev(1, "delta", { at: 0, text: "말한" }), ev(2, "table", { title: "t", columns: [], rows: [] })]);
  expect([a.text, a.thinking, a.pieces.length, a.phase]).toEqual(["말한 것", "생각한 것", 1, null]);
});

test("an approval that was answered stays answered", () => {
  const asked = { number: 1, kind: "approval", data: { id: "a1", what: "지우기", where: "표", effect: "되돌릴 수 없음" } };
  const answer = (text: string) => fold("", "", [asked, { number: 2, kind: "result", data: { call_id: "a1", name: "approval", text } }]).pieces[0];
  expect(fold("", "", [asked]).pieces[0]).toMatchObject({ kind: "approval", approval: { id: "a1" } });
  expect(answer("allowed")).toMatchObject({ approval: { answer: "allowed" } });
  expect(answer("refused")).toMatchObject({ approval: { answer: "refused" } });
});
