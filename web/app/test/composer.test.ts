import { beforeEach, expect, test, vi } from "vitest";
import { watchSendKey } from "../src/talk/sendkey";
import { filled, matches, triggerAt, variables } from "../src/talk/suggest";
import { readSpec, ticks } from "../src/talk/chart";
import { combo } from "../src/keys";
import { parsePlace } from "../src/router";
import { fill } from "../src/text";
import { sectionOf } from "../src/lists";
import type { Conversation } from "../src/api";

const event = (name: string, props: object) => Object.assign(new Event(name, { cancelable: true }), props);
let field: EventTarget, sent = 0, enterSends = true;
const later = () => new Promise((done) => setTimeout(done, 5));
const enter = (props: object = {}) => { const e = event("keydown", { key: "Enter", code: "Enter", keyCode: 13, isComposing: false, ...props }); field.dispatchEvent(e); return e; };

beforeEach(() => {
  field = new EventTarget();
  sent = 0;
  enterSends = true;
  watchSendKey(field as HTMLElement, { send: () => { sent++; }, enterSends: () => enterSends });
});

test("Enter sends, Shift+Enter does not", () => {
  expect(enter().defaultPrevented).toBe(true);
  expect(sent).toBe(1);
  expect(enter({ shiftKey: true }).defaultPrevented).toBe(false);
  expect(sent).toBe(1);
});

test("one Enter commits the last syllable and sends once", async () => {
  for (const again of [false, true]) { // some browsers tell of the same Enter twice
    sent = 0;
    field.dispatchEvent(event("compositionstart", { data: "" }));
    enter({ keyCode: 229, isComposing: true });
    expect(sent).toBe(0);
    field.dispatchEvent(event("compositionend", { data: "녕" }));
    if (again) enter();
    await later();
    expect(sent).toBe(1);
  }
});

test("a line break that comes with it is not put in", () => {
  enter({ keyCode: 229, isComposing: true });
  const line = event("beforeinput", { inputType: "insertLineBreak" });
  field.dispatchEvent(line);
  expect(line.defaultPrevented).toBe(true);
});

test("Enter that picks a candidate does only that", async () => {
  enter({ keyCode: 229, isComposing: true });
  field.dispatchEvent(event("compositionend", { data: "仮名" }));
  await later();
  expect(sent).toBe(0);
});

test("a syllable that ends without Enter sends nothing", async () => {
  field.dispatchEvent(event("compositionend", { data: "가" }));
  await later();
  expect(sent).toBe(0);
});

test("where Enter does not send, Ctrl+Enter does, in a syllable too", async () => {
  enterSends = false;
  enter();
  expect(sent).toBe(0);
  enter({ ctrlKey: true });
  expect(sent).toBe(1);
  enter({ ctrlKey: true, keyCode: 229, isComposing: true });
  field.dispatchEvent(event("compositionend", { data: "요" }));
  await later();
  expect(sent).toBe(2);
});

test("signs offer what they stand for", () => {
  expect(triggerAt("/회의", 3)).toEqual({ sign: "/", word: "회의", from: 0, to: 3 });
  expect(triggerAt("물음 @exa", 7)).toMatchObject({ sign: "@", word: "exa", from: 3 });
  expect(triggerAt("#사업", 3)).toMatchObject({ sign: "#" });
  expect(triggerAt("a/b", 3)).toBeNull();
  expect(triggerAt("경로 /etc", 7)).toBeNull(); // only where the text begins
  expect(triggerAt("a@b.com", 7)).toBeNull();
});

test("what fits best comes first, whatever the spaces", () => {
  expect(matches(["주간 보고", "보고서 쓰기", "회의"], "보고서", (s) => s)).toEqual(["보고서 쓰기"]);
  expect(matches(["주간 보고", "보고서 쓰기"], "보고", (s) => s)).toEqual(["보고서 쓰기", "주간 보고"]);
  expect(matches(["주간 보고"], "주간보고", (s) => s)).toHaveLength(1);
});

test("a prompt asks for what it leaves open, once each", () => {
  const text = "{{이름}}님께 {{말투|격식체|간결체}}로. {{이름}} {{}}";
  expect(variables(text)).toEqual([{ name: "이름", choices: [] }, { name: "말투", choices: ["격식체", "간결체"] }]);
  expect(filled(text, { 이름: "$&김", 말투: "간결체" })).toBe("$&김님께 간결체로. $&김 {{}}");
});

test("shortcuts go by the place of a key, so that they work in Hangul", () => {
  expect(combo({ ctrlKey: true, shiftKey: true, code: "KeyO", key: "ㅐ" } as KeyboardEvent)).toBe("Ctrl+Shift+O");
  expect(combo({ metaKey: true, code: "KeyK", key: "ㅏ" } as KeyboardEvent)).toBe("Ctrl+K");
  expect(combo({ ctrlKey: true, code: "Slash", key: "/" } as KeyboardEvent)).toBe("Ctrl+/");
});

test("places are read", () => {
  const p = parsePlace("#/c/a%2Fb?m=x");
  expect([p.parts, p.query.get("m")]).toEqual([["c", "a/b"], "x"]);
  expect(parsePlace("#/%E0%A4%A").parts).toEqual(["%E0%A4%A"]);
});

test("texts are filled as Go fills them", () => {
  expect(fill("%s / %d (%d%%)", ["가", 2, 50])).toBe("가 / 2 (50%)");
  expect(fill("%[2]s, %[1]s", ["a", "b"])).toBe("b, a");
});

test("charts have round steps, and draw only numbers", () => {
  expect(ticks(0, 152)).toEqual([0, 50, 100, 150, 200]);
  expect(ticks(-3, 7)).toEqual([-5, -2.5, 0, 2.5, 5, 7.5]);
  expect(ticks(0, 0)[0]).toBe(0);
  expect(readSpec({ labels: ["a"], series: [{ name: "s", values: [1, "x", Infinity] }] })).toEqual({ labels: ["a"], series: [{ name: "s", values: [1, null, null] }] });
  for (const bad of [null, 1, {}, { labels: [], series: [] }, { labels: ["a"], series: [null] }]) expect(readSpec(bad)).toBeNull();
});

test("conversations stand under the day they were last spoken in", () => {
  vi.useFakeTimers();
  const now = new Date(2026, 10, 30, 9, 0);
  const at = (d: Date, pinned = false) => sectionOf({ updated: d.getTime(), pinned } as Conversation, now);
  expect(at(new Date(2026, 10, 30, 0, 1))).toBe("today");
  expect(at(new Date(2026, 10, 29, 23, 59))).toBe("yesterday");
  expect(at(new Date(2026, 10, 24))).toBe("week");
  expect(at(new Date(2026, 10, 5))).toBe("month");
  expect(at(new Date(2025, 0, 1))).toBe("older");
  expect(at(new Date(2025, 0, 1), true)).toBe("pinned");
  vi.useRealTimers();
});
