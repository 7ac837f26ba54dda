import { beforeEach, expect, test, vi } from "vitest";

/** page is the module as a page that has just been loaded has it. */
async function page() {
  vi.resetModules();
  return import("../src/markdown/drawing");
}

beforeEach(() => localStorage.removeItem("undrawn"));

test("a few diagrams are drawn at once, and the others in turn", async () => {
  const { whenFree } = await page();
  const drawn: string[] = [];
  const over = ["a", "b", "c", "d", "e", "f", "g"].map((c) => whenFree(c, () => drawn.push(c)));
  expect(drawn.join("")).toBe("abcd");
  over[4]?.(); // it is out of sight before its turn
  over[0]?.();
  over[0]?.();
  expect(drawn.join("")).toBe("abcdf");
  over[1]?.(false);
  expect(drawn.join("")).toBe("abcdfg");
});

test("a diagram that did not end is not drawn by itself the next time", async () => {
  const first = await page();
  first.whenFree("for ever", () => {});
  first.whenFree("good", () => {})();
  first.whenFree("late", () => {})(false);
  expect(["for ever", "good", "late"].map(first.hung)).toEqual([false, false, true]); // the first is still being drawn
  const next = await page(); // the browser has ended the page before
  expect(["for ever", "good", "late", "other"].map(next.hung)).toEqual([true, false, true, false]);
  next.whenFree("for ever", () => {})(); // somebody wants it, and it ends
  expect(next.hung("for ever")).toBe(false);
  for (let n = 0; n < 60; n++) next.whenFree("x" + n, () => {})(false);
  expect((JSON.parse(localStorage.getItem("undrawn") ?? "[]") as string[]).length).toBe(50);
});
