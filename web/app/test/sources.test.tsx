import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { pagesText, placeText } from "../src/documents/kind";
import { copied, fold } from "../src/talk/answer";
import { Badge } from "../src/talk/passages";
import { Sources } from "../src/talk/pieces";
import { PrintedSources } from "../src/talk/print";
import { Rests } from "../src/talk/rests";

const cited = (n: number) => Array.from({ length: n }, (_, i) => ({ number: i + 1, kind: "citation", data: { index: i + 1, title: "취업규칙.pdf", source: "version:v", where: `${i + 3}쪽`, snippet: "", url: "" } }));
const below = (events: { number: number; kind: string; data: unknown }[]) => {
  const a = fold("답 [1].", "", events);
  return renderToStaticMarkup(<Rests a={a}><Sources citations={a.citations} /><PrintedSources citations={a.citations} /></Rests>).split('<section class="printed-sources"');
};

describe("the sources below an answer", () => {
  test("are told apart by where in a document they are", () => {
    const [seen = ""] = below(cited(2));
    expect(seen.replace(/<[^>]*>/g, " ")).toMatch(/1\s+취업규칙\.pdf\s+3쪽[\s\S]*2\s+취업규칙\.pdf\s+4쪽/);
  });
  test("fold where they are many, and never for one alone", () => {
    for (const [all, shown] of [[13, 13], [14, 12], [78, 12]] as const) {
      const [seen = "", printed = ""] = below(cited(all));
      expect(seen.match(/<li/g)).toHaveLength(shown);
      expect(seen.includes("sources_all")).toBe(shown < all);
      expect(printed.match(/<li/g)).toHaveLength(all); // paper unfolds nothing
    }
  });
  test("say on paper, too, that a document is deleted", () => {
    const gone = { number: 9, kind: "claim", data: { start: 0, end: 5, checked: [], missing: [], cites: [{ index: 1, source: "", spans: [], deleted: true }] } };
    const [seen = "", printed = ""] = below([{ number: 1, kind: "citation", data: { index: 1, title: "", source: "version:gone", where: "3쪽", snippet: "", url: "" } }, gone]);
    expect(printed).toContain("source_deleted");
    expect(seen).toContain("source_deleted");
    expect(seen).not.toContain('class="source-where"');
    const claims = fold("", "", [gone]).claims;
    expect(renderToStaticMarkup(<Badge claims={claims} />)).toBe(""); // no green check of nothing
    expect(renderToStaticMarkup(<Badge claims={claims.map((c) => ({ ...c, checked: ["source"] }))} />)).toContain("checked_source");
  });
});

test("an answer that no model wrote is not said to be by AI, and no other is said to be without", () => {
  const found = fold("", "", [{ number: 1, kind: "passages", data: { items: [] } }]), talk = fold("", "", []);
  const whole = { mode: "auto", finish: "stop" };
  expect([copied({ ...whole, model: "" }, found), copied({ ...whole, mode: "documents" }, found), copied({ mode: "extract", model: "m" }, found)]).toEqual([true, true, true]);
  // Who talks has no passages; what was stopped, cut off or brought from elsewhere names no model.
  const others = [{ ...whole, model: "m" }, { mode: "auto", model: "", finish: "stopped" }, { mode: "auto", model: "", finish: "" }, { mode: "auto", model: "" }];
  expect(others.map((m) => copied(m, found))).toEqual([false, false, false, false]);
  expect([copied({ ...whole, model: "" }, talk), copied({ mode: "chat", model: "" }, talk), copied({}, talk)]).toEqual([false, false, false]);
});

test("slides, sheets and chapters are not counted as pages", () => {
  const t = ((name: string, ...params: unknown[]) => [name, ...params].join(" ")) as never;
  expect(["pptx", "xlsx", "epub", "hwp", "?"].map((kind) => pagesText(t, kind, 6))).toEqual(["doc_slides 6", "doc_sheets 6", "doc_chapters 6", "doc_pages 6", "doc_pages 6"]);
  expect(["odp", "ods", "pdf"].map((kind) => placeText(t, kind, 2))).toEqual(["reading_slide 2", "reading_sheet 2", "reading_page 2"]);
});
