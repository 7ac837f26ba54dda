import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.hoisted(() => { const g = globalThis as Record<string, unknown>; g.requestAnimationFrame ??= (fn: () => void) => setTimeout(fn, 1); g.cancelAnimationFrame ??= clearTimeout; });

vi.mock("../src/router", () => ({ go: () => {} }));

import { documents, type Doc, type Version } from "../src/documents/calls";
import { forget, uploads, wires } from "../src/documents/uploads";
import { Refused } from "../src/net";
import * as drafts from "../src/talk/drafts";
import { attach, attachDocument, clipRegion, clipsOf, detach, dropClips, loadClips, sending, takeClips, uploadsOf } from "../src/talk/clips";
import { chooseScope, makeTemporary, open, retries, say, thread, unqueue } from "../src/talk/thread";
import { documentsIn, scopeText, usualScope } from "../src/talk/scope";
import { lists } from "../src/lists";
import { mock } from "../mock/server.mjs";

const realFetch = globalThis.fetch, realWires = { ...wires };
let close: (() => void) | undefined;
let held: Map<string, { done(): void; fail(e: unknown): void; to: string }>;

async function start() {
  const { server, state } = mock({ speed: 1 });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  globalThis.fetch = ((path: string, init?: RequestInit) => realFetch(path.startsWith("/") ? base + path : path, init)) as typeof fetch;
  close = () => { server.closeAllConnections(); server.close(); };
  return state;
}
const asked = (s: Awaited<ReturnType<typeof start>>) => s.requests.filter((r) => r.path === "/api/turns").map((r) => r.body as { text: string; scope?: string; attachments?: { document: string }[]; conversation?: string });
const until = (what: () => boolean) => vi.waitFor(() => { if (!what()) throw new Error("not yet: " + what); }, { timeout: 60000, interval: 5 });
const idle = () => until(() => thread.get().writing === "");
const file = (name: string) => ({ file: new File(["abc"], name), name, folders: ["폴더"] });
const kept = (kind: string) => Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n) ?? "").filter((k) => k.startsWith(kind + ":"));
const version = (name: string): Version => ({ id: "v-" + name, document: "d-" + name, number: 1, name, size: 3, state: "waiting", done: 0, total: 0, pages: 0, gaps: 0, created: 0 });
const arrive = async (name: string) => { await until(() => held.has(name)); held.get(name)?.done(); await until(() => uploads.get().all.some((u) => u.name === name && u.document !== "")); };
let typed = "";

beforeEach(async () => {
  for (const kind of ["draft", "queue", "unsure", "scope", "clips"]) for (const k of kept(kind)) localStorage.removeItem(k);
  forget(uploads.get().all.map((u) => u.id));
  drafts.belong("p1");
  retries.splice(0, retries.length, 1, 1);
  lists.set({ state: "ready" });
  held = new Map();
  wires.watch = () => () => {};
  wires.send = (form) => new Promise<Doc>((done, failed) => {
    const f = form.get("file") as File;
    held.set(f.name, { fail: failed, to: String(form.get("conversation")), done: () => done({ id: "d-" + f.name, name: f.name, grade: 0, mine: true, created: 0, updated: 0, versions: [version(f.name)] }) });
  });
  typed = "";
  drafts.setField({ get conversation() { return thread.get().id; }, get: () => typed, set: (s) => { typed = s; }, move: () => {} });
  dropClips("");
  await open("");
});
afterEach(async () => { await open(""); close?.(); globalThis.fetch = realFetch; Object.assign(wires, realWires); vi.restoreAllMocks(); });

test("what answers rest on is said with each question, and remembered per conversation", async () => {
  const s = await start();
  chooseScope("collection:k1");
  await say("안녕");
  await idle();
  const id = thread.get().id;
  await say("안녕 둘");
  await idle();
  chooseScope("none");
  await say("안녕 셋");
  await idle();
  expect(asked(s).map((a) => a.scope)).toEqual(["collection:k1", "collection:k1", "none"]);
  await open("");
  expect(thread.get().scope).toBe(""); // what was chosen was for that conversation
  chooseScope("all");
  await open("c2");
  expect(thread.get().scope).toBe("");
  await open(id);
  expect(thread.get().scope).toBe("none");
  await open("");
  expect(thread.get().scope).toBe("all");
});

test("the usual is what is attached, or else everything", () => {
  expect([usualScope("", 0), usualScope("", 2), usualScope("attached", 0), usualScope("none", 2), usualScope("collection:k1", 0)]).toEqual(["all", "attached", "all", "none", "collection:k1"]);
  expect(scopeText((n) => n, "collection:k2", [{ id: "k1", name: "규정", parent: "", mine: true }, { id: "k2", name: "2024", parent: "k1", mine: true }])).toBe("2024");
  expect(scopeText((n) => n, "collection:gone", [])).toBe("scope_collection");
  const said = (attachments: object[]) => ({ id: "m", parent: "", role: "user", state: "done", text: "", created: 0, attachments }) as never;
  expect(documentsIn([said([{ document: "d1" }, { document: "d2", deleted: true }]), said([{ document: "d1" }, { blob: "x" }, { document: "-", withheld: true }])])).toBe(1);
});

test("files are put in before there is a conversation, go with the question, and are the conversation's then", async () => {
  const s = await start();
  attach("", [file("가.hwp"), file("나.pdf")]);
  await arrive("가.hwp");
  expect(held.get("가.hwp")?.to).toMatch(/^draft:[0-9a-f]{32}$/);
  await arrive("나.pdf");
  expect(held.get("나.pdf")?.to).toBe(held.get("가.hwp")?.to);
  expect(clipsOf("").map((c) => c.name)).toEqual(["가.hwp", "나.pdf"]);
  await say("안녕", takeClips(""));
  expect(thread.get().messages[0]?.attachments?.map((a) => a.document)).toEqual(["d-가.hwp", "d-나.pdf"]);
  await idle();
  const id = thread.get().id;
  expect(asked(s)[0]?.attachments).toEqual([{ document: "d-가.hwp" }, { document: "d-나.pdf" }]);
  expect([clipsOf(""), uploadsOf(""), kept("clips")]).toEqual([[], [], []]);
  attach(id, [file("다.hwp")]);
  await arrive("다.hwp");
  expect(held.get("다.hwp")?.to).toBe(id);
  await say("안녕 둘");
  await idle();
  expect(asked(s)[1]).not.toHaveProperty("attachments");
  expect(clipsOf(id).map((c) => c.name)).toEqual(["다.hwp"]);
});

test("a question waits for files that are on their way, and knows which did not come", async () => {
  attach("", [file("가.hwp"), file("나.pdf")]);
  let ended: string[] | null = null;
  const wait = sending("").then(({ failed }) => { ended = failed.map((u) => u.name); });
  await arrive("가.hwp");
  expect(ended).toBeNull();
  await until(() => held.has("나.pdf"));
  held.get("나.pdf")?.fail(new Refused("안 됩니다", "bad", 400));
  await wait;
  expect(ended).toEqual(["나.pdf"]);
  expect(takeClips("").map((c) => c.name)).toEqual(["가.hwp"]);
  expect(uploadsOf("").map((u) => [u.name, u.state])).toEqual([["나.pdf", "failed"]]); // what failed stays in sight
});

test("what is refused, or taken out of the queue, has its documents back", async () => {
  const s = await start();
  attach("", [file("가.hwp")]);
  await arrive("가.hwp");
  expect(await say("busy", takeClips(""))).toBe(false);
  expect([typed, clipsOf("").map((c) => c.name)]).toEqual(["busy", ["가.hwp"]]);
  await say("안녕 wait");
  const id = thread.get().id;
  expect(clipsOf(id).map((c) => c.name)).toEqual(["가.hwp"]); // they have come along
  await say("둘", takeClips(id));
  const one = thread.get().queue[0];
  expect(one?.clips?.map((c) => c.name)).toEqual(["가.hwp"]);
  if (one) unqueue(one, true);
  expect(clipsOf(id).map((c) => c.name)).toEqual(["가.hwp"]);
  s.turns.get(thread.get().writing)?.end("done", ["finish", { reason: "stop" }]);
  await idle();
});

test("a document that is taken out is deleted if it was put in for the question, and only then", async () => {
  const removed = vi.spyOn(documents, "remove").mockResolvedValue({});
  attach("", [file("가.hwp")]);
  await arrive("가.hwp");
  attachDocument("", { id: "d9", name: "규정.hwp", grade: 0, mine: true, created: 0, updated: 0, versions: [version("규정.hwp")] });
  expect(clipsOf("").map((c) => c.name)).toEqual(["가.hwp", "규정.hwp"]);
  const [a, b] = clipsOf("");
  await detach("", { upload: uploadsOf("")[0] });
  await detach("", { clip: b });
  expect(removed.mock.calls).toEqual([[a?.document]]);
  expect([clipsOf(""), uploadsOf("")]).toEqual([[], []]);
});

test("documents that wait are there after a reload, but not those of a temporary chat", async () => {
  attach("", [file("가.hwp")]);
  await arrive("가.hwp");
  expect(drafts.clippedOf("").clips.map((c) => c.name)).toEqual(["가.hwp"]);
  const fresh = await (async () => { vi.resetModules(); const d = await import("../src/talk/drafts"); d.belong("p1"); return import("../src/talk/clips"); })();
  fresh.loadClips("");
  expect(fresh.clipsOf("").map((c) => c.name)).toEqual(["가.hwp"]);
  makeTemporary(true);
  chooseScope("none");
  expect([kept("clips"), kept("scope")]).toEqual([[], []]);
  loadClips("");
  expect(clipsOf("").map((c) => c.name)).toEqual(["가.hwp"]);
  await open("");
  expect([clipsOf(""), uploadsOf(""), thread.get().scope]).toEqual([[], [], ""]);
});

test("a part of a page goes with a question beside its file, each part once and no more than there may be", async () => {
  const s = await start();
  const part = (x: number) => ({ document: "d1", version: "v1", name: "표.png", mime: "", size: 9, own: false, page: 2, box: [x, 0, x + 10, 10] as [number, number, number, number] });
  attach("", [file("표.png")]);
  await arrive("표.png");
  expect([0, 0, 20].map((x) => clipRegion("", { ...part(x), document: "d-표.png" }, 2))).toEqual([true, true, true]);
  expect(clipRegion("", { ...part(40), document: "d-표.png" }, 2)).toBe(false);
  await detach("", { clip: { ...part(20), document: "d-표.png" } });
  expect(clipsOf("").map((c) => c.box?.[0])).toEqual([undefined, 0]);
  await say("안녕 부분", takeClips(""), "extract");
  await idle();
  expect(asked(s)[0]).toMatchObject({ mode: "extract", attachments: [{ document: "d-표.png" }, { document: "d-표.png", version: "v1", page: 2, box: [0, 0, 10, 10] }] });
  expect(asked(s)[0]?.attachments?.[0]).not.toHaveProperty("box");
  expect(thread.get().mode).not.toBe("extract");
  expect(s.requests.filter((r) => r.method === "PATCH").map((r) => r.body)).toContainEqual({ mode: "auto" }); // the next question is asked as before
});

test("with a file that is taken back go the parts of it", async () => {
  await start();
  vi.spyOn(documents, "remove").mockResolvedValue(undefined);
  attach("", [file("표.png")]);
  await arrive("표.png");
  clipRegion("", { document: "d-표.png", version: "v1", name: "표.png", mime: "", size: 9, own: false, page: 1, box: [0, 0, 9, 9] }, 4);
  const own = uploadsOf("")[0];
  await detach("", { upload: own });
  expect(clipsOf("")).toEqual([]);
});
