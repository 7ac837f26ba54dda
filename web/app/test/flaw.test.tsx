import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { csv, toldRows } from "../src/markdown/table";
import { fold, type Piece, type Sheet } from "../src/talk/answer";
import { PieceView } from "../src/talk/pieces";

const data = { title: "지급", columns: ["이름", "금액", "출처"], sources: 3, held: true, rows: [["김철수", "1,300,000", "[1] 1쪽"], ["이영희", "35,000", "[2] 2쪽"], ["박민수", "", "3쪽"]],
  flaws: [{ row: 0, missing: ["1,300,000"] }, { row: 2, unchecked: true }, { row: 9, missing: ["x"] }] };
const pieceOf = (more: object = {}): Piece & { kind: "table" } => fold("", "", [{ number: 1, kind: "table", data: { ...data, ...more } }]).pieces[0] as Piece & { kind: "table" };
const sheet = (more: object = {}): Sheet => pieceOf(more).table;
const html = (more: object = {}) => renderToStaticMarkup(<PieceView piece={pieceOf(more)} />);

describe("a row of a table", () => {
  test("that its source does not bear out is struck through but for its source, and says so once", () => {
    const rows = html().split("<tr>").slice(2);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('<span class="sr">row_struck </span><del class="claim bad">김철수</del>');
    expect(rows[0]).toContain('<del class="claim bad">1,300,000</del>');
    expect(rows[0]?.match(/<del/g)).toHaveLength(2);
    expect(rows[0]).toMatch(/<span class="claim-tag bad">.*claim_missing.*<\/span><\/td><\/tr>/);
    expect(rows[1]).not.toMatch(/<del|claim-tag/);
  });
  test("that could not be checked says so, and is not struck through", () => {
    const row = html().split("<tr>")[4];
    expect(row).toContain('<span class="claim-tag">row_unchecked</span>');
    expect(row).not.toContain("<del");
  });
  test("of a table from before there were flaws, or with what is none, is as it was", () => {
    for (const flaws of [undefined, [], 3, [null, "x"], [{ row: "0", missing: 7 }].slice(1)]) expect(html({ flaws })).not.toMatch(/<del|claim-tag/);
  });
  test("has its amounts under one another, in whatever unit they are", () => {
    const right = (cells: string[]) => html({ rows: cells.map((c) => ["김철수", c, "[1]"]), flaws: [] }).split('<td class="right">').length - 1;
    for (const cells of [["85,000원", "120,000원"], ["₩85,000", ""], ["12%", "-3.5%"]]) expect(right(cells)).toBe(2);
    for (const cells of [["85,000원", "부산"], ["원", "₩"], ["3일", "14일"]]) expect(right(cells)).toBe(0);
  });
  test("has its days whole, and room for sentences and for its sources", () => {
    const out = (day: string) => html({ rows: [["김철수", day, "[1]"], ["이영희", "", "[1]"]], flaws: [] });
    for (const day of ["2026-03-05", "2026. 3. 5.", "2026/3/5"]) expect(out(day)).toContain(`<td class="day">${day}</td>`);
    for (const day of ["2026-03-05부터", "12-03-05"]) expect(out(day)).not.toContain('class="day"');
    expect(out("국제 전시회에 참가하여 거래처와 상담함")).toContain('<td class="long">국제');
    expect(out("2026-03-05").match(/<td class="rests">/g)).toHaveLength(2);
  });
  test("is taken away with what is wrong with it", () => {
    const t = (name: string, ...params: unknown[]) => [name, ...params].join(" ");
    expect(csv(toldRows(t as never, sheet()))).toBe('이름,금액,출처,row_checked\r\n김철수,"1,300,000",[1] 1쪽,"claim_missing 1,300,000"\r\n이영희,"35,000",[2] 2쪽,\r\n박민수,,3쪽,row_unchecked');
    expect(toldRows(t as never, sheet({ flaws: [] }))[0]).toEqual(data.columns);
  });
});
