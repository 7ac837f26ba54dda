import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { extentOf, ragged, widthOf } from "../src/markdown/extent";
import { csv, toldRows } from "../src/markdown/table";
import { fold } from "../src/talk/answer";
import { PieceView } from "../src/talk/pieces";

const t = ((name: string, ...params: unknown[]) => [name, ...params].join(" ")) as never;
const cells = (n: number): string[] => Array<string>(n).fill("");
const rows = (n: number, of: string[] = []): string[][] => Array<string[]>(n).fill(of);
const flaws = [{ row: 7, missing: [], unchecked: true }];

describe("a table that is wide above and short below", () => {
  const planted = { title: "", columns: cells(20_000), rows: rows(150_000), flaws };
  test("is not filled in to be copied, but for one that only lacks a few cells", () => {
    expect(() => toldRows(t, { ...planted, columns: cells(16_383) })).toThrow("table_ragged");
    expect(toldRows(t, { ...planted, flaws: [] })).toHaveLength(150_001);
    expect(csv(toldRows(t, { title: "", columns: ["가", "나"], rows: [["1", "2"], ["3"]], flaws: [{ row: 0, missing: [], unchecked: true }] }))).toBe("가,나,row_checked\r\n1,2,row_unchecked\r\n3,,");
  });
  test("is not sent on to a sheet that cannot hold it either", () => {
    const long = { ...planted, columns: ["가".repeat(32_768), ...cells(9_999)] };
    for (const table of [planted, { ...planted, columns: cells(16_384) }, long]) expect(() => toldRows(t, table)).toThrow("table_formless");
  });
  test("is measured as the server measures it", () => {
    expect(ragged([cells(20_000), ...rows(2_000)])).toBe(true);
    for (const fine of [[[]], [["제목"], cells(40), cells(40)], [cells(40), ...rows(10_000, cells(20))], [cells(30), ...rows(30, ["가"])]]) expect(ragged(fine)).toBe(false);
    expect(widthOf(rows(300_000, ["가", "나"]))).toBe(2);
  });
  test("is drawn as far as a page can, and says so", () => {
    const out = (columns: string[], all: string[][]) => {
      const piece = fold("", "", [{ number: 1, kind: "table", data: { title: "", columns, rows: all } }]).pieces[0];
      return piece ? renderToStaticMarkup(<PieceView piece={piece} />) : "";
    };
    const wide = out(cells(20_000), rows(60));
    expect(wide.match(/<t[hd][ >]/g)).toHaveLength(200 * 51);
    expect(wide.slice(-100)).toContain("table_part");
    const usual = out(["가", "나"], rows(60, ["1", "2"]));
    expect(usual.match(/<t[hd][ >]/g)).toHaveLength(2 * 51);
    expect(usual.slice(-100)).toContain("table_all");
    expect(usual).not.toContain("table_part");
    expect(extentOf(2, 1_000_000, Infinity)).toEqual({ columns: 2, rows: 25_000 });
    expect(extentOf(0, 3, 50)).toEqual({ columns: 0, rows: 3 });
  });
});
