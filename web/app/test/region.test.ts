import { describe, expect, test, vi } from "vitest";

import { textOf, partsWith, wholeOf } from "../src/reading/grid";
import { cornersOf, fit, moved, pictureAt, sharesOf, sized, tilesOf, widest } from "../src/reading/region";
import { nothing, step } from "../src/talk/answer";
import { checkedOf, claimOf } from "../src/talk/proof";

vi.mock("../src/router", () => ({ go: () => {} }));

const page = { width: 600, height: 800 };

describe("a part of a page", () => {
  test("lies on the page, right way round, and is as large as can be seen", () => {
    expect(fit([500, 700, 100, 300], page, 10)).toEqual([100, 300, 500, 700]);
    expect(fit([-50, -1, 9000, 20], page, 10)).toEqual([0, 0, 600, 20]);
    expect(fit([599, 799, 599, 799], page, 10)).toEqual([590, 790, 600, 800]);
    expect(fit([0, 0, 5, 5], { width: 4, height: 3 }, 10)).toEqual([0, 0, 4, 3]);
    expect(fit([1 / 3, 0, 100, 100], page, 10)).toEqual([0.33, 0, 100, 100]);
  });

  test("keeps its size where it is moved to an edge, and its corner where it is sized", () => {
    expect(moved([100, 100, 300, 200], 1000, -1000, page)).toEqual([400, 0, 600, 100]);
    expect(sized([100, 100, 300, 200], -1000, 1000, page, 10)).toEqual([100, 100, 110, 800]);
    expect(sharesOf([150, 200, 300, 600], page)).toEqual([25, 25, 25, 50]);
  });

  test("is read only if it is one", () => {
    expect(cornersOf([1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    for (const bad of [null, "1,2,3,4", [1, 2, 3], [3, 2, 1, 4], [1, 2, 3, NaN], [1, 2, 3, "4"]]) expect(cornersOf(bad)).toBeUndefined();
  });

  test("has an address, and is never asked for wider than it is made", () => {
    expect(pictureAt({ version: "v 1", file: "" }, 3, 1e6, [1, 2.5, 3, 4])).toBe("/api/versions/v%201/picture?page=3&width=2000&box=1%2C2.5%2C3%2C4");
    expect(pictureAt({ version: "v", file: "" }, 1, 320.4)).toBe("/api/versions/v/picture?page=1&width=320");
    expect(pictureAt({ version: "v", file: "2.0" }, 1, 320)).toBe("/api/versions/v/picture?page=1&width=320&file=2.0");
  });

  test("tiles cover a large page once, and none is finer than can be had", () => {
    expect(tilesOf(page, (widest * page.width) / page.height)).toEqual([{ left: 0, top: 0, width: 1, height: 1 }]);
    const large = { width: 4032, height: 3024 }, tiles = tilesOf(large, 4032);
    expect(tiles.reduce((sum, p) => sum + p.width * p.height, 0)).toBeCloseTo(1, 9);
    for (const p of tiles) {
      expect(p.width * 4032).toBeLessThanOrEqual(widest);
      expect(p.box?.every(Number.isInteger)).toBe(true);
      expect(p.box?.[0]).toBeCloseTo(p.left * large.width, 6);
    }
    expect(new Set(tiles.map((p) => String(p.box))).size).toBe(tiles.length);
  });

  test("tiles cover a long narrow page, which is no wider than can be had", () => {
    const long = { width: 1080, height: 15000 }, tiles = tilesOf(long, 1080);
    expect(tiles.length).toBe(8);
    expect(tiles.reduce((sum, p) => sum + p.width * p.height, 0)).toBeCloseTo(1, 9);
    for (const p of tiles) expect(p.height * long.height).toBeLessThanOrEqual(widest);
  });
});

describe("a table that is taken away", () => {
  const cell = (r: number, c: number, text: string, more = {}) => ({ n: 0, r, c, text, ...more });
  test("has a value a cell, and what spans several in the first of them", () => {
    const grid = { rows: 2, cols: 3, cells: [cell(0, 0, "구분", { cs: 2 }), cell(0, 2, "금액"), cell(1, 0, "1"), cell(1, 2, "1200", { shown: "1,200" })] };
    expect(wholeOf("표", grid)).toEqual({ title: "표", columns: ["구분", "", "금액"], rows: [["1", "", "1,200"]] });
  });

  test("has the words of blocks within a cell, and is refused where it is too large", () => {
    expect(textOf({ n: -1, r: 0, c: 0, blocks: [{ n: 1, kind: "item", marker: "1.", text: "가" }, { n: 2, kind: "paragraph", text: "나", blocks: [{ n: 3, kind: "paragraph", text: "다" }] }] })).toBe("1. 가\n나\n다");
    expect(() => wholeOf("", { rows: 1e6, cols: 1e4, cells: [cell(0, 0, "")] })).toThrow();
  });

  test("goes through all the parts that it is sent in", () => {
    const parts = [{ text: 0, texts: 1 }, { text: 1, texts: 9, end_row: 40 }, { text: 9, texts: 9, row: 40, end_row: 80 }, { text: 18, texts: 9, row: 80, end_row: 90 }, { text: 27, texts: 1, end_row: 3 }, { text: 28, texts: 1 }];
    expect(partsWith(parts, 2)).toEqual([1, 3]);
    expect(partsWith(parts, 1)).toEqual([1, 3]);
    expect(partsWith(parts, 4)).toEqual([4, 4]);
  });
});

describe("how a picture was looked at", () => {
  test("is told of an answer, also where what is sent is odd", () => {
    const told = (data: unknown) => step(nothing, { number: 1, kind: "sight", data }).sight;
    expect(told({ by: "both", version: "v1", page: 2, box: [0, 0, 10, 10] })).toEqual({ by: "both", version: "v1", page: 2, box: [0, 0, 10, 10] });
    expect(told({ by: "model", version: "v1", page: 1 })).toEqual({ by: "model", version: "v1", page: 1, box: undefined });
    expect(told({ by: "model", version: "v1", page: 1, pieces: 9, coarse: true })).toMatchObject({ by: "model", pieces: 9, coarse: true });
    expect(told({ by: "none", version: "v1", page: 1, pieces: "9", coarse: 1 })).toEqual({ by: "none", version: "v1", page: 1, box: undefined });
    expect(told({ box: "x" })).toEqual({ by: "words", version: "", page: 0, box: undefined });
  });

  test("what a model only saw counts as neither checked nor without a source", () => {
    const seen = claimOf({ start: 0, end: 5, cites: [], checked: [], missing: [], seen: true });
    expect(checkedOf([seen])).toMatchObject({ cited: 0, bare: 0, seen: 1, checked: [] });
  });
});
