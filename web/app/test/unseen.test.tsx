import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { BlockView, Blocks } from "../src/reading/block";
import type { Block } from "../src/reading/calls";

const block = (kind: string, more: Partial<Block> = {}): Block => ({ n: 0, kind, text: "글", ...more });
const labels = (b: Block) => renderToStaticMarkup(<BlockView b={b} />).match(/reading_unseen/g)?.length ?? 0;

describe("what nobody sees on paper", () => {
  const grid = (blocks?: Block[]) => ({ rows: 1, cols: 1, cells: [{ n: 1, r: 0, c: 0, ...(blocks ? { blocks } : { text: "칸" }) }] });
  test("is said to be hidden, whatever it is, and what is seen is not", () => {
    for (const kind of ["paragraph", "heading", "item", "picture", "equation", "caption", "box", "footnote", "header", "deleted", "field"]) {
      expect([kind, labels(block(kind, { hidden: true })), labels(block(kind))]).toEqual([kind, 1, 0]);
    }
    expect([labels(block("table", { text: "", hidden: true, table: grid() })), labels(block("table", { table: grid() }))]).toEqual([1, 0]);
    expect(labels(block("hidden", { hidden: true }))).toBe(0); // its own label says it
  });
  test("is said once of what encloses the rest", () => {
    const words = block("paragraph", { hidden: true });
    expect(labels(block("box", { text: "", hidden: true, blocks: [words, words] }))).toBe(1);
    expect(labels(block("table", { text: "", hidden: true, table: grid([words, words]) }))).toBe(1);
  });
  test("is said of what follows it and of what lies in something seen", () => {
    const table = block("table", { text: "", hidden: true, table: grid() });
    expect(labels(block("paragraph", { hidden: true, blocks: [table] }))).toBe(2);
    expect(labels(block("box", { blocks: [block("heading", { hidden: true })] }))).toBe(1);
    expect(labels(block("box", { hidden: true, blocks: [block("paragraph"), block("paragraph", { hidden: true })] }))).toBe(2);
  });
  test("is said once of a slide that is not shown", () => {
    const on = (page: number, hidden = true) => block("paragraph", { page, hidden });
    const all = (blocks: Block[], hidden: number[], last = 0) => renderToStaticMarkup(<Blocks blocks={blocks} last={last} hidden={new Set(hidden)} />);
    const count = (text: string, of: string) => text.split(of).length - 1;
    const two = all([on(1, false), on(2), on(2)], [2]);
    expect([count(two, "reading_sheet_hidden"), count(two, "reading_unseen"), count(two, "doc-unseen")]).toEqual([1, 0, 2]);
    expect(two.indexOf("reading_sheet_hidden")).toBeGreaterThan(two.lastIndexOf("page-sign"));
    const one = all([on(1), on(1, false)], []); // hidden on a page that is not
    expect([count(one, "reading_sheet_hidden"), count(one, "reading_unseen")]).toEqual([0, 1]);
  });
});
