import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { documents, type Collection, type Doc, type Version } from "../src/documents/calls";
import { entriesOf, gather, mostDeep, picked, type Gathered } from "../src/documents/gather";
import { folderFor, shelf } from "../src/documents/shelf";
import { branches, flat, pathText, within } from "../src/documents/tree";
import { summaryText } from "../src/documents/panel";
import { cancel, canRetry, forget, isOpen, moveUploads, onUploaded, retry, tally, upload, uploads, wires } from "../src/documents/uploads";
import { Refused } from "../src/net";

const real = { ...wires };
let sent: { name: string; collection: string; conversation: string }[] = [];
let hold: Map<string, { done(): void; fail(err: unknown): void; onSent(n: number): void }>;
let told: Map<string, (v: Version | null) => void>;
let wrong: (name: string) => unknown = () => null;

const versionOf = (name: string, to: Partial<Version> = {}): Version => ({ id: "v-" + name, document: "d-" + name, number: 1, name, size: 3, state: "waiting", done: 0, total: 0, pages: 0, gaps: 0, created: 0, ...to });
const file = (name: string, folders: string[] = [], text = "abc"): Gathered => ({ file: new File([text], name), name, folders });
const nowhere = { collection: "", conversation: "" };
const states = () => uploads.get().all.map((u) => `${u.name} ${u.state}`);
const until = (what: () => boolean) => vi.waitFor(() => { if (!what()) throw new Error("not yet: " + what + " " + states().join(", ")); }, { timeout: 60000, interval: 2 });

beforeEach(() => {
  forget(uploads.get().all.map((u) => u.id));
  sent = []; hold = new Map(); told = new Map(); wrong = () => null;
  shelf.set({ collections: [], state: "ready", error: "" });
  wires.pause = () => Promise.resolve();
  wires.watch = (version, fn) => { told.set(version, fn); return () => told.delete(version); };
  wires.send = (form, { signal, onSent }) => new Promise<Doc>((done, failed) => {
    const f = form.get("file") as File;
    sent.push({ name: f.name, collection: String(form.get("collection") ?? ""), conversation: String(form.get("conversation") ?? "") });
    const refusal = wrong(f.name);
    if (refusal) { failed(refusal); return; }
    signal.addEventListener("abort", () => failed(new DOMException("aborted", "AbortError")));
    hold.set(f.name, { onSent, fail: failed, done: () => done({ id: "d-" + f.name, name: f.name, grade: 0, mine: true, created: 0, updated: 0, versions: [versionOf(f.name)] }) });
  });
});
afterEach(() => Object.assign(wires, real));

/** arrive lets a file be got by the server, and read tells what becomes of it there. */
const arrive = async (name: string) => { await until(() => hold.has(name)); hold.get(name)?.done(); await until(() => uploads.get().all.some((u) => u.name === name && u.state === "reading")); };
const read = (name: string, to: Partial<Version> = { state: "read", pages: 2 }) => told.get("v-" + name)?.(versionOf(name, to));

test("one file is sent at a time, in order, and the next while the one before is read", async () => {
  upload([file("a"), file("b"), file("c")], nowhere);
  await until(() => hold.has("a"));
  expect(states()).toEqual(["a sending", "b waiting", "c waiting"]);
  hold.get("a")?.onSent(2);
  expect(uploads.get().all[0]?.sent).toBe(2);
  await arrive("a");
  await until(() => hold.has("b"));
  expect(states()).toEqual(["a reading", "b sending", "c waiting"]);
  read("a", { state: "waiting", done: 3, total: 8 });
  expect(uploads.get().all[0]).toMatchObject({ done: 3, total: 8, state: "reading" });
  await arrive("b"); await arrive("c");
  read("b"); read("c"); read("a", { state: "read", pages: 8, gaps: 1 });
  expect(states()).toEqual(["a done", "b done", "c done"]);
  expect(uploads.get().all[0]).toMatchObject({ pages: 8, gaps: 1 });
  expect(sent.map((s) => s.name)).toEqual(["a", "b", "c"]);
  expect(tally(uploads.get().all)).toMatchObject({ all: 3, ended: 3, failed: 0, open: 0, share: 1 });
});

test("a failing file does not stop the others, and can be tried again", async () => {
  wrong = (name) => (name === "b" ? new Refused("안 됩니다", "bad", 400) : null);
  upload([file("a"), file("b"), file("c")], nowhere);
  await arrive("a"); await arrive("c");
  expect(states()).toEqual(["a reading", "b failed", "c reading"]);
  const b = uploads.get().all[1];
  expect(b).toMatchObject({ error: "안 됩니다" });
  wrong = () => null;
  expect(b && canRetry(b)).toBe(true);
  await retry(b?.id ?? "");
  await arrive("b");
  read("b");
  expect(states()).toEqual(["a reading", "c reading", "b done"]);
});

test("cancelling stops what is being sent, and nothing else", async () => {
  const [a = "", b = "", c = ""] = upload([file("a"), file("b"), file("c")], nowhere);
  await until(() => hold.has("a"));
  await cancel(b);
  await cancel(a);
  await arrive("c");
  expect(states()).toEqual(["a cancelled", "b cancelled", "c reading"]);
  expect(sent.map((s) => s.name)).toEqual(["a", "c"]);
  const stopped = vi.spyOn(documents, "stopReading").mockResolvedValue(versionOf("c", { state: "cancelled" }));
  await cancel(c);
  expect(stopped).toHaveBeenCalledWith("v-c");
  expect(tally(uploads.get().all)).toMatchObject({ all: 0, open: 0 });
  const again = vi.spyOn(documents, "readAgain").mockResolvedValue(versionOf("c"));
  await retry(c);
  expect(again).toHaveBeenCalledWith("v-c");
  read("c");
  await retry(a);
  await arrive("a");
  expect(states()).toEqual(["b cancelled", "c done", "a reading"]);
  vi.restoreAllMocks();
});

test("while another window sends, a file waits", async () => {
  let n = 0;
  wrong = () => (++n < 4 ? new Refused("한 번에 하나", "import_yours", 429) : null);
  upload([file("a")], nowhere);
  await arrive("a");
  expect(sent).toHaveLength(4);
  wrong = () => new Refused("끊겼습니다", "network", 0);
  upload([file("b")], nowhere);
  await until(() => states()[1] === "b failed");
  expect(sent).toHaveLength(5); // a network that is gone is a person's to judge
});

test("what cannot be read says why, and what is too large or empty is not sent", async () => {
  upload([file("a")], nowhere);
  await arrive("a");
  read("a", { state: "failed", error: { code: "document_password", message: "암호로 잠겨 있습니다" } });
  expect(uploads.get().all[0]).toMatchObject({ state: "failed", error: "암호로 잠겨 있습니다", version: "v-a" });
  const large = file("large");
  Object.defineProperty(large.file, "size", { value: 300 << 20 });
  upload([large, file("empty", [], ""), { file: null, name: "locked", folders: [], error: "NotReadableError" }], nowhere);
  expect(uploads.get().all.slice(1).map((u) => [u.state, canRetry(u)])).toEqual([["failed", false], ["failed", false], ["failed", false]]);
  expect(sent).toHaveLength(1);
});

test("files of a conversation move to it when it gets its id, and tell when they have come", async () => {
  const seen: string[] = [];
  const end = onUploaded((u) => seen.push(`${u.name} ${u.state} ${u.to.conversation}`));
  upload([file("a")], { collection: "", conversation: "draft:1" });
  await arrive("a");
  moveUploads("draft:1", "c9");
  read("a");
  expect(seen).toEqual(["a reading draft:1", "a done c9"]);
  expect(sent[0]).toEqual({ name: "a", collection: "", conversation: "draft:1" });
  end();
});

test("folders become folders, each once, below the one that was dropped on", async () => {
  const made: string[] = [];
  shelf.set({ collections: [{ id: "old", name: "규정", parent: "root", mine: true }, { id: "theirs", name: "2025", parent: "old", mine: false }] });
  vi.spyOn(documents, "addCollection").mockImplementation(({ name, parent = "" }) => { made.push(`${parent}/${name}`); return Promise.resolve({ id: `${parent}-${name}`, name, parent, mine: true } as Collection); });
  expect(await Promise.all([folderFor("root", ["규정", "2024"]), folderFor("root", ["규정", "2024"]), folderFor("root", ["규정", "2025", "별표"])])).toEqual(["old-2024", "old-2024", "old-2025-별표"]);
  expect(made.sort()).toEqual(["old-2025/별표", "old/2024", "old/2025"]);
  upload([file("a", ["규정", "2024"])], { collection: "root", conversation: "" });
  await arrive("a");
  expect(sent[0]?.collection).toBe("old-2024");
  vi.restoreAllMocks();
  vi.spyOn(documents, "addCollection").mockRejectedValue(new Refused("폴더가 없습니다", "no_collection", 404));
  upload([file("b", ["다른 곳"]), file("c")], { collection: "gone", conversation: "" });
  await arrive("c");
  expect(states()).toEqual(["a reading", "b failed", "c reading"]);
  vi.restoreAllMocks();
});

/** Folders as a browser hands them over: a hundred entries at a time, an empty piece at the end. */
type Tree = { [name: string]: Tree | string };
function entry(name: string, of: Tree | string): FileSystemEntry {
  if (typeof of === "string") {
    return { isFile: true, isDirectory: false, name, file: (ok: (f: File) => void, no: (e: Error) => void) => (of === "!" ? no(new Error("locked")) : ok(new File([of], name))) } as unknown as FileSystemEntry;
  }
  return { isFile: false, isDirectory: true, name, createReader() {
    const rest = Object.entries(of).map(([n, x]) => entry(n, x));
    return { readEntries: (ok: (e: FileSystemEntry[]) => void, no: (e: Error) => void) => (name === "닫힌 폴더" ? no(new Error("denied")) : ok(rest.splice(0, 100))) };
  } } as unknown as FileSystemEntry;
}

test("a folder is walked to its end, and what programs leave there is left out", async () => {
  const many = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`${n}.txt`, "x"]));
  const got = await gather([entry("규정", { "나.hwp": "x", ".DS_Store": "x", "~$나.hwp": "x", "Thumbs.db": "x", "2024": { "가.pdf": "x", 많음: many, 잠김: { "a.txt": "!" } }, "닫힌 폴더": {} }), new File(["x"], "혼자.txt")]);
  const paths = got.files.map((f) => [...f.folders, f.name].join("/"));
  expect(paths).toHaveLength(255);
  expect(paths.slice(0, 3)).toEqual(["규정/나.hwp", "규정/2024/가.pdf", "규정/2024/많음/0.txt"]);
  expect(paths.at(-1)).toBe("혼자.txt");
  expect(got.files.filter((f) => f.error).map((f) => [...f.folders, f.name].join("/"))).toEqual(["규정/2024/잠김/a.txt", "규정/닫힌 폴더"]);
  expect(got).toMatchObject({ ignored: 3, tooMany: false, tooDeep: [] });
});

test("folders without end are not followed for ever, and that is said", async () => {
  const round: Tree = { "a.txt": "x" };
  round.again = round;
  const got = await gather([entry("top", round)]);
  expect(got.files).toHaveLength(mostDeep);
  expect(got.tooDeep).toHaveLength(1);
  const wide = await gather([entry("top", Object.fromEntries(Array.from({ length: 6000 }, (_, n) => [`${n}`, "x"])))]);
  expect(wide.tooMany).toBe(true);
  expect(wide.files).toHaveLength(5000);
});

test("names are whole syllables, however a system writes them", async () => {
  const [one] = (await gather([entry("한글".normalize("NFD"), { ["문서.hwp".normalize("NFD")]: "x" })])).files;
  expect([one?.folders[0], one?.name]).toEqual(["한글", "문서.hwp"]);
  const f = new File(["x"], "b.txt");
  Object.defineProperty(f, "webkitRelativePath", { value: "규정/2024/b.txt" });
  expect(picked([f, new File(["x"], ".DS_Store")])).toMatchObject({ ignored: 1, files: [{ name: "b.txt", folders: ["규정", "2024"] }] });
  expect(entriesOf({ items: [{ kind: "string" }, { kind: "file", webkitGetAsEntry: () => null, getAsFile: () => f }] } as unknown as DataTransfer)).toEqual([f]);
});

test("a tree shows every folder, also one whose parent is hidden or which is in itself", () => {
  const all: Collection[] = [["b", "나", ""], ["a", "가", ""], ["a2", "2장", "a"], ["a10", "10장", "a"], ["lost", "남의 것", "hidden"], ["r1", "돌고", "r2"], ["r2", "돌기", "r1"]].map(([id = "", name = "", parent = ""]) => ({ id, name, parent, mine: true }));
  const shown = flat(branches(all), () => true).map((b) => `${"-".repeat(b.depth)}${b.collection.name}`);
  expect(shown.slice(0, 4)).toEqual(["가", "-2장", "-10장", "나"]);
  expect(shown).toHaveLength(all.length);
  expect(flat(branches(all), () => false).every((b) => b.depth === 0)).toBe(true);
  expect(pathText(all, "a10")).toBe("가 › 10장");
  expect([within(all, "a10", "a"), within(all, "a", "a10"), within(all, "a", "a")]).toEqual([true, false, true]);
  expect(isOpen({ state: "cancelled" } as never)).toBe(false);
});

test("files that are all cancelled are not said to have been read", () => {
  const t = (name: string, ...params: (string | number)[]) => [name, ...params].join(" ");
  const of = (all: number, ended: number, failed: number, open: number) => summaryText(t, { all, ended, failed, open, share: 0 });
  expect([of(0, 0, 0, 0), of(2, 2, 0, 0), of(3, 2, 1, 0), of(3, 1, 1, 1)]).toEqual(["up_cancelled", "up_ended 2 2", "up_ended_failed 2 3 1", "up_going 2 3"]);
});
