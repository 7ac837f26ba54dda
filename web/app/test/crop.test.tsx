import { renderToStaticMarkup } from "react-dom/server";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { rooms, type Places, type Spot } from "../src/reading/calls";
import { cropOf, onPage, shape } from "../src/reading/crop";
import { glimpseOf, SourcePicture } from "../src/reading/glimpse";

const spot = (x0: number, y0: number, x1: number, y1: number, page = 3): Spot => ({ stretch: 0, page, box: { x0, y0, x1, y1 }, exact: true });

describe("what a card shows of a page", () => {
  test("has the cited words whole, marked, in the middle, and in one shape", () => {
    const crop = cropOf([spot(200, 300, 260, 312), spot(120, 316, 300, 328)])!;
    const [x0, y0, x1, y1] = crop.box;
    expect(crop.page).toBe(3);
    expect(x0 < 120 && y0 < 300 && x1 > 300 && y1 > 328).toBe(true);
    expect(Math.abs((y1 - y0) / (x1 - x0) - shape)).toBeLessThan(0.02);
    expect(crop.marks).toHaveLength(2);
    const [left, top, width, height] = crop.marks[0]!;
    expect([left * (x1 - x0) + x0, top * (y1 - y0) + y0, width * (x1 - x0), height * (y1 - y0)].map(Math.round)).toEqual([200, 300, 60, 12]);
  });

  test("is never so much that it cannot be read, and begins with what is cited first", () => {
    const lines = Array.from({ length: 60 }, (_, n) => spot(50, 100 + 14 * n, 1950, 112 + 14 * n));
    const crop = cropOf(lines)!;
    expect(crop.box[2] - crop.box[0]).toBeLessThanOrEqual(40 * 12 + 1);
    expect(crop.box[0]).toBeLessThan(50);
    expect(crop.box[1]).toBeLessThan(100);
    for (const [x, y, w, h] of crop.marks) expect(x >= 0 && y >= 0 && x + w <= 1.0001 && y + h <= 1.0001).toBe(true);
    expect(cropOf([spot(1, 1, 20, 9)])!.box.slice(0, 2)).toEqual([0, 0]);
  });

  test("is of the page where the first place is, and nothing where nobody knows one", () => {
    const crop = cropOf([{ stretch: 0, page: 2, exact: true }, spot(10, 700, 90, 712, 2), spot(10, 20, 90, 32, 3)])!;
    expect([crop.page, crop.marks.length]).toEqual([2, 1]);
    for (const none of [[], [{ stretch: 0, section: 1, paragraph: 4, exact: true }], [{ stretch: 0, page: 2, exact: true }], [spot(5, 5, 5, 9)]]) expect(cropOf(none)).toBeNull();
  });

  test("stays where it is at the edge of a page, where less is drawn", () => {
    const crop = { page: 1, box: [100, 100, 300, 180] as [number, number, number, number], marks: [[0.25, 0.5, 0.25, 0.1] as [number, number, number, number]] };
    expect(onPage(crop, { width: 640, height: 256 })).toEqual({ width: 1, height: 1, marks: crop.marks });
    expect(onPage(crop, { width: 640, height: 512 })).toEqual({ width: 0.5, height: 1, marks: [[0.5, 0.5, 0.5, 0.1]] }); // 100 of 200 points
    expect(onPage(crop, { width: 640, height: 128 })).toEqual({ width: 1, height: 0.5, marks: [[0.25, 1, 0.25, 0.2]] });
  });
});

describe("a card's picture", () => {
  const ask = vi.spyOn(rooms, "places");
  beforeEach(() => { ask.mockReset(); });

  test("is asked for once, and again only if it could not be had", async () => {
    const places: Places = { places: [spot(10, 10, 90, 22)], texts: [] };
    ask.mockRejectedValueOnce(new Error("gone")).mockResolvedValue(places);
    const cited = { version: "v1", spans: [{ text: 1, start: 0, end: 5 }] };
    await expect(glimpseOf(cited)).rejects.toThrow();
    expect(await glimpseOf(cited)).toMatchObject({ page: 3, file: "" });
    expect((await glimpseOf({ ...cited }))?.page).toBe(3);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("is of the file within the document that has the words", async () => {
    const inside = vi.spyOn(rooms, "inside").mockResolvedValue({ places: [spot(10, 10, 90, 22, 2)], texts: [], inside: { file: "1.0", names: ["a.zip", "b.pdf"], sure: true, bytes: true } });
    const inner = { heading: "a.zip › b.pdf", text: "연차는 15일이다.", parts: [] };
    expect(await glimpseOf({ version: "v3", spans: [], inner })).toMatchObject({ page: 2, file: "1.0" });
    expect(inside).toHaveBeenCalledExactlyOnceWith("v3", inner);
    expect(ask).not.toHaveBeenCalled();
    inside.mockRestore();
  });

  test("asks for nothing before its card is open for a moment", () => {
    expect(renderToStaticMarkup(<SourcePicture cited={{ version: "v2", spans: [] }} />)).toBe("");
    expect(ask).not.toHaveBeenCalled();
  });
});
