import { beforeEach, expect, test, vi } from "vitest";

const how = { temporary: false, folder: "", mode: "", model: "" };
const all = () => Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n) ?? "").filter((k) => /^(draft|clips|scope|queue|unsure):/.test(k));

/** page is the module as a page that has just been loaded has it. */
async function page() {
  vi.resetModules();
  return import("../src/talk/drafts");
}

beforeEach(() => { for (const k of all()) localStorage.removeItem(k); });

test("what one person has typed is not the next one's", async () => {
  const a = await page();
  expect(a.belong("a")).toBe(true);
  a.keepDraft("", "가의 글");
  a.enqueue("c1", a.waiting("c1", "가의 질문", how));
  expect((await page()).draftOf("")).toBe(""); // before it is known who is here
  const same = await page();
  same.belong("a");
  expect([same.draftOf(""), same.queueOf("c1").map((w) => w.text)]).toEqual(["가의 글", ["가의 질문"]]);
  const b = await page();
  expect(b.belong("b")).toBe(true);
  expect([b.draftOf(""), b.queueOf("c1"), all()]).toEqual(["", [], []]);
});

test("nothing is left of anybody who has signed out, and the page that goes leaves nothing more", async () => {
  const a = await page();
  a.belong("a");
  a.keepDraft("", "가");
  a.enqueue("c1", a.waiting("c1", "나", how));
  a.unsure("c1", a.waiting("c1", "다", how));
  localStorage.setItem("draft:new", "of an older page");
  expect(all()).toHaveLength(4);
  a.part();
  a.keepDraft("", "다시");
  expect([a.draftOf(""), all()]).toEqual(["", []]);
});

test("a page that was another's a moment ago has to be loaded anew", async () => {
  const a = await page();
  a.belong("a");
  a.keepDraft("", "가");
  expect(a.belong("b")).toBe(false);
  a.keepDraft("", "가의 남은 글"); // what its field still has
  expect(all()).toEqual([]);
});

test("what is typed in a temporary chat is in this page alone", async () => {
  const a = await page();
  a.belong("a");
  a.keepDraft("", "글");
  a.fleet("", true);
  a.keepDraft("", "비밀");
  const one = a.waiting("", "비밀 질문", { ...how, temporary: true });
  a.enqueueFirst("", one);
  a.enqueue("", a.waiting("", "비밀 둘", { ...how, temporary: true }));
  a.unsure("", one);
  expect([a.draftOf(""), all()]).toEqual(["비밀", []]);
  a.dequeue("", one.id);
  a.begun("t1", one);
  a.keepDraft("t1", "더");
  expect([a.queueOf("t1").map((w) => w.text), a.draftOf("t1"), all()]).toEqual([["비밀 둘"], "더", []]);
  a.leaveNew();
  expect([a.draftOf(""), a.queueOf("")]).toEqual(["", []]);
  expect(a.waiting("", "비밀 질문", how).id).not.toBe(one.id);
});

test("a temporary chat that is to be kept after all is, and what the library offers is found", async () => {
  const a = await page();
  a.belong("a");
  a.fleet("", true);
  a.keepDraft("", "글");
  a.fleet("", false);
  expect([a.draftOf(""), all()]).toEqual(["글", ["draft:a:new"]]);
  a.enqueue("", a.waiting("", "물음", how)); // which is no temporary one
  a.fleet("", true);
  expect([a.queueOf(""), all()]).toEqual([[], ["queue:a:new"]]);
  a.offer("프롬프트");
  expect([a.draftOf(""), a.queueOf("").map((w) => w.text)]).toEqual(["프롬프트", ["물음"]]);
});

test("a question that waits keeps how it was meant, and what another window asks stays its own", async () => {
  const a = await page();
  a.belong("a");
  const first = a.waiting("", "가", { temporary: false, folder: "f1", mode: "web", model: "m1" });
  a.enqueueFirst("", first);
  a.enqueue("", a.waiting("", "나", how));
  const b = await page();
  b.belong("a");
  b.enqueueFirst("", b.waiting("", "다른 창", how));
  expect(a.queueOf("").find((w) => w.id === first.id)).toMatchObject({ folder: "f1", mode: "web", model: "m1", temporary: false });
  a.dequeue("", first.id);
  a.begun("c9", first);
  expect([a.queueOf("c9").map((w) => w.text), a.queueOf("").map((w) => w.text)]).toEqual([["나"], ["다른 창"]]);
});
