import { renderToStaticMarkup } from "react-dom/server";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { rooms, type Places, type Spot } from "../src/reading/calls";
import { cropOf, shape } from "../src/reading/crop";
import { Cutting, glimpseOf, SourcePicture } from "../src/reading/glimpse";

const spot = (x0: number, y0: number, x1: number, y1: number, page = 3): Spot => ({ stretch: 0, page, box: { x0, y0, x1, y1 }, exact: true });
const paper = (width = 2000, height = 3000) => [1, 2, 3].map((number) => ({ number, width, height }));
const cut = (places: Spot[], pages = paper()) => cropOf({ places, pages });

describe("what a card shows of a page", () => {
  test("has the cited words whole, marked, in the middle, and in one shape", () => {
    const crop = cut([spot(200, 300, 260, 312), spot(120, 316, 300, 328)])!;
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
    const crop = cut(lines)!;
    expect(crop.box[2] - crop.box[0]).toBeLessThanOrEqual(40 * 12 + 1);
    expect(crop.box[0]).toBeLessThan(50);
    expect(crop.box[1]).toBeLessThan(100);
    for (const [x, y, w, h] of crop.marks) expect(x >= 0 && y >= 0 && x + w <= 1.0001 && y + h <= 1.0001).toBe(true);
    expect(cut([spot(1, 1, 20, 9)])!.box.slice(0, 2)).toEqual([0, 0]);
  });

  test("is of the page where the first place is, and nothing where nobody knows one", () => {
    const crop = cut([{ stretch: 0, page: 2, exact: true }, spot(10, 700, 90, 712, 2), spot(10, 20, 90, 32, 3)])!;
    expect([crop.page, crop.marks.length]).toEqual([2, 1]);
    for (const none of [[], [{ stretch: 0, section: 1, paragraph: 4, exact: true }], [{ stretch: 0, page: 2, exact: true }], [spot(5, 5, 5, 9)]]) expect(cut(none)).toBeNull();
  });

  // An amount in the last cell of a picture of a table: the server cuts off what is not on the page, on both sides by like shares.
  test("has its mark on the words in the lower right corner of a page, and nothing that is off the page", () => {
    const crop = cut([spot(700, 570, 790, 590)], paper(800, 600))!, [x0, y0, x1, y1] = crop.box, [left, top, width, height] = crop.marks[0]!;
    expect(crop.box).toEqual([320, 408, 800, 600]);
    expect([crop.width, crop.height]).toEqual([1, 1]);
    expect([x0 + left * (x1 - x0), y0 + top * (y1 - y0), width * (x1 - x0), height * (y1 - y0)].map(Math.round)).toEqual([700, 570, 90, 20]);
  });

  test("is smaller where the page is, and its marks are where they were", () => {
    const crop = cut([spot(200, 70, 290, 90)], paper(300, 96))!, [left, top] = crop.marks[0]!;
    expect(crop).toMatchObject({ box: [0, 0, 300, 96], width: 300 / 480, height: 0.5 });
    expect([left * 300, top * 96].map(Math.round)).toEqual([200, 70]);
    const html = renderToStaticMarkup(<Cutting source={{ version: "v", file: "1.0" }} crop={crop} onFailed={() => {}} />);
    expect(html).toContain('<span style="width:62.5%;height:50%"><img');
    expect(html).toContain("width=640&amp;file=1.0&amp;box=0%2C0%2C300%2C96");
  });

  test("is nothing of a page whose size nobody knows, or that has no such place", () => {
    const place = spot(200, 300, 260, 312);
    for (const pages of [undefined, [], [{ number: 3 }], [{ number: 2, width: 600, height: 800 }]]) expect(cropOf({ places: [place], pages })).toBeNull();
    expect(cut([spot(200, 300, 260, 312)], paper(100, 100))?.marks).toEqual([]);
  });
});

describe("a card's picture", () => {
  const ask = vi.spyOn(rooms, "places");
  beforeEach(() => { ask.mockReset(); });

  test("is asked for once, and again only if it could not be had", async () => {
    const places: Places = { reading: "r", places: [spot(10, 10, 90, 22)], pages: paper(), texts: [{ text: 1, start: 0, end: 5, part: 0, quote: "연차" }] };
    ask.mockRejectedValueOnce(new Error("gone")).mockResolvedValue(places);
    const cited = { version: "v1", spans: [{ text: 1, start: 0, end: 5 }] };
    await expect(glimpseOf(cited)).rejects.toThrow();
    expect(await glimpseOf(cited)).toMatchObject({ page: 3, file: "" });
    expect((await glimpseOf({ ...cited }))?.page).toBe(3);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("is asked for again where its words were not found yet, and not where they are on no page", async () => {
    const found: Places = { reading: "r", places: [spot(10, 10, 90, 22)], pages: paper(), texts: [{ text: 1, start: 0, end: 5, part: 0, quote: "연차" }] };
    ask.mockResolvedValueOnce({ reading: "r", places: [], texts: [] }).mockResolvedValueOnce(found).mockResolvedValue({ ...found, places: [{ stretch: 0, exact: true }] });
    const cited = { version: "v4", spans: [{ text: 1, start: 0, end: 5 }] };
    expect(await glimpseOf(cited)).toBeNull();
    expect((await glimpseOf(cited))?.page).toBe(3);
    const flows = { ...cited, version: "v5" };
    expect([await glimpseOf(flows), await glimpseOf(flows)]).toEqual([null, null]);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  test("is asked for again after a while, as its document may have been read again", async () => {
    vi.useFakeTimers();
    const of = (page: number): Places => ({ reading: "r" + page, places: [spot(10, 10, 90, 22, page)], pages: paper(), texts: [{ text: 1, start: 0, end: 5, part: 0, quote: "연차" }] });
    ask.mockResolvedValueOnce(of(2)).mockResolvedValueOnce(of(3));
    const page = async () => (await glimpseOf({ version: "v6", spans: [{ text: 1, start: 0, end: 5 }] }))?.page;
    expect([await page(), await page()]).toEqual([2, 2]);
    vi.advanceTimersByTime(61_000);
    expect(await page()).toBe(3);
    vi.useRealTimers();
  });

  test("is of the file within the document that has the words", async () => {
    const inside = vi.spyOn(rooms, "inside").mockResolvedValue({ reading: "r", places: [spot(10, 10, 90, 22, 2)], pages: paper(), texts: [], inside: { file: "1.0", names: ["a.zip", "b.pdf"], sure: true, bytes: true } });
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
