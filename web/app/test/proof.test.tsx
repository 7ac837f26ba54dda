import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { Markdown } from "../src/markdown/markdown";
import { Sentences } from "../src/markdown/sentence";
import { fold, step, nothing } from "../src/talk/answer";
import { aboutOf, checkedOf, hitsOf, quoteOf, spansOf, type Claim } from "../src/talk/proof";
import { PassagesView } from "../src/talk/passages";
import { letters } from "../src/reading/sheet";

const passage = (more: object = {}) => ({
  index: 1, source: "version:version-a", document: "d", title: "여비 규정.hwp", heading: "제2장", where: "3쪽", page: 3, text: "일비는 2만원이다. 숙박비는 7만원이다.", marks: [[0, 2]], extract: [11, 21],
  place: { spans: [{ start: 0, end: 52, text: 7, from: 100 }] }, score: 4, gaps: 1, ...more,
});
const claim = (start: number, end: number, more: Partial<Claim> = {}): Claim => ({ start, end, cites: [{ index: 1, version: "version-a", page: 3, spans: [{ text: 7, start: 124, end: 150 }], within: [], withheld: false, deleted: false }], checked: ["source", "numbers"], missing: [], loose: false, seen: false, ...more });

describe("what an answer rests on", () => {
  test("is folded from its events, whatever is in them", () => {
    const a = fold("숙박비는 7만원이다 [1].", "", [
      { number: 1, kind: "passages", data: { query: "숙박비", among: 12, nearest: false, items: [passage()] } },
      { number: 2, kind: "claim", data: { start: 20, end: 30, cites: [], checked: [], missing: ["8만원"] } },
      { number: 3, kind: "claim", data: { start: 0, end: 15, cites: [{ index: 1, source: "version:version-a", page: 3, spans: [{ text: 7, start: 124, end: 150 }] }], checked: ["source", "numbers"], missing: [] } },
    ]);
    expect(a.claims.map((c) => c.start)).toEqual([0, 20]);
    expect(a.passages?.items[0]).toMatchObject({ version: "version-a", extract: [11, 21], gaps: 1, withheld: false });
    for (const data of [null, 3, {}, { items: 3 }, { items: [null, { marks: "x", place: 3, extract: [5, 1] }] }]) expect(() => step(nothing, { number: 1, kind: "passages", data })).not.toThrow();
    for (const data of [null, { cites: [{ spans: [1] }] }]) expect(() => step(nothing, { number: 1, kind: "claim", data })).not.toThrow();
  });

  test("is found in the document by bytes", () => {
    const p = fold("", "", [{ number: 1, kind: "passages", data: { items: [passage()] } }]).passages!.items[0]!;
    expect(spansOf(p, 11, 21)).toEqual([{ text: 7, start: 100 + 25, end: 100 + 51 }]);
    expect(quoteOf(p, [{ text: 7, start: 125, end: 151 }])).toBe("숙박비는 7만원이다");
    expect(quoteOf(p, [{ text: 8, start: 125, end: 150 }])).toBe("");
  });

  test("is opened in order, and not where it may not be read or is gone", () => {
    const items = [passage(), passage({ index: 2, withheld: true }), passage({ index: 3, deleted: true })];
    const a = fold("", "", [{ number: 1, kind: "passages", data: { items } }]);
    const claims = [claim(0, 5), claim(6, 9, { cites: [{ index: 2, version: "version-a", page: 0, spans: [], within: [], withheld: false, deleted: false }] })];
    expect(hitsOf({ ...a, claims }).map((h) => h.key)).toEqual(["c0.1", "p1"]);
    expect(aboutOf({ ...a, claims }, 3)).toMatchObject({ deleted: true });
    expect(aboutOf({ ...a, claims }, 9)).toBeNull();
  });

  test("shows how well it fits a question only where that was asked", () => {
    const fits = (scores: number[]) => {
      const items = scores.map((score, n) => passage({ index: n + 1, score }));
      return renderToStaticMarkup(<PassagesView found={fold("", "", [{ number: 1, kind: "passages", data: { items } }]).passages!} open />).match(/class="fit"/g)?.length ?? 0;
    };
    expect(fits([0, 0])).toBe(0); // what a table was collected from
    expect(fits([4, 0])).toBe(2);
  });

  test("says what was checked, and no more", () => {
    expect(checkedOf([claim(0, 5), claim(6, 9, { checked: ["source"] })])).toMatchObject({ checked: ["source"], cited: 2, failed: 0 });
    expect(checkedOf([claim(0, 5, { missing: ["3"] }), claim(6, 9, { cites: [] })])).toMatchObject({ checked: [], failed: 1, bare: 1 });
  });
});

describe("a sentence", () => {
  const html = (text: string, claims: Claim[]) => renderToStaticMarkup(<Sentences value={claims}><Markdown text={text} /></Sentences>);
  test("that its source does not bear out is struck through, over what is bold in it, and says so once", () => {
    const text = "첫 문장이다. **숙박비**는 9만원이다 [1].\n\n다음 문단이다.";
    const from = text.indexOf("**"), to = text.indexOf("\n");
    const out = html(text, [claim(0, from), claim(from, to, { missing: ["9만원"] })]);
    expect(out).toContain('<span class="claim">첫 문장이다. </span>');
    expect(out).toMatch(/<strong><del class="claim bad"><span class="sr">claim_struck <\/span>숙박비<\/del><\/strong><del class="claim bad">/);
    expect(out.match(/claim-tag bad/g)).toHaveLength(1);
    expect(out).toContain("<p>다음 문단이다.</p>");
  });

  test("in a later block is found where it is", () => {
    const text = "하나다.\n\n- 둘이다.\n- 셋이다.";
    const out = html(text, [claim(text.indexOf("셋"), text.length, { loose: true })]);
    expect(out).toContain('둘이다.');
    expect(out).toMatch(/<span class="claim loose">셋이다\.<\/span>/);
    expect(out).not.toMatch(/claim[^>]*>둘/);
  });
});

test("columns have the names that sheets give them", () => {
  expect([0, 25, 26, 701, 702, 16383].map(letters)).toEqual(["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
});
