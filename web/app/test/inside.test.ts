import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { isLooked, readingKey, rooms } from "../src/reading/calls";
import { fetchShown, partOf } from "../src/reading/load";
import { Certainty } from "../src/reading/room";
import { Within } from "../src/reading/within";
import { fold } from "../src/talk/answer";
import { aboutOf, claimOf, hitsOf, type Hit } from "../src/talk/proof";

// A passage of a mail's attachment: it has no place in the mail.
const text = "출장비는 7일 안에 정산한다. 영수증을 붙인다.", first = new TextEncoder().encode("출장비는 7일 안에 정산한다.").length;
const passage = { index: 1, source: "version:v", document: "d", title: "규정.eml", heading: "a.txt › 여비", text, extract: [17, 26], place: { spans: [] } };
const cite = (more: object = {}) => ({ index: 1, source: "version:v", document: "d", page: 0, spans: null, within: [[0, first]], ...more });
const answer = (...cites: object[]) => fold("", "", [{ number: 1, kind: "passages", data: { items: [passage] } },
  ...cites.map((c, n) => ({ number: n + 2, kind: "claim", data: { start: n, end: n + 1, cites: [c], checked: [], missing: [] } }))]);

describe("what is cited of a file within a document", () => {
  test("is opened at the cited words, by their bytes in the passage", () => {
    const a = answer(cite()), [hit, whole] = hitsOf(a);
    expect(hit).toMatchObject({ key: "c0.1", quote: "출장비는 7일 안에 정산한다.", inner: { heading: "a.txt › 여비", text, parts: [[0, first]] } });
    expect(whole).toMatchObject({ key: "p1", quote: "영수증을 붙인다.", inner: { parts: [[first + 1, new TextEncoder().encode(text).length]] } });
    expect(aboutOf(a, 1, 0)).toMatchObject({ snippet: "출장비는 7일 안에 정산한다." });
  });
  test("is all of the passage in an answer from before the words were known, and what is no part of it is dropped", () => {
    expect(hitsOf(answer(cite({ within: undefined })))[0]).toMatchObject({ quote: text, inner: { parts: [] } });
    expect(claimOf({ cites: [cite({ within: [[3, 1], "x", [0, first], null] })] }).cites[0]?.within).toEqual([[0, first]]);
  });
  test("is not looked for by its text where the document itself has it", () => {
    const items = [{ ...passage, place: { spans: [{ start: 0, end: 9, text: 2, from: 0 }] } }];
    const a = fold("", "", [{ number: 1, kind: "passages", data: { items } }, { number: 2, kind: "claim", data: { cites: [cite({ spans: [{ text: 2, start: 0, end: 9 }], within: undefined })] } }]);
    expect(hitsOf(a).map((h) => h.inner)).toEqual([undefined, undefined]);
  });
});

describe("the reading room", () => {
  afterEach(() => { vi.unstubAllGlobals(); });
  const asked: [string, string, unknown][] = [];
  const server = (inside: object | undefined, texts: object[]) => vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    asked.push([init.method ?? "GET", path, init.body ? JSON.parse(String(init.body)) : null]);
    const parts = path.includes("file=") ? [{ text: 0, texts: 3 }, { text: 3, texts: 3 }] : [{ text: 0, texts: 1 }];
    const body = path.endsWith("/places") ? { places: [], texts, inside } : path.endsWith("file=7") ? { format: "pdf", unit: "page", layout: "boxes", title: "", pages: [{ number: 1, width: 600, height: 800 }], items: [] } : { format: path.includes("file=") ? "html" : "eml", unit: "flow", layout: "", title: "", parts, items: [] };
    return new Response(JSON.stringify(body), { status: 200, headers: { "Content-Type": "application/json" } });
  });
  const hit = (version: string): Hit => ({ ...(hitsOf(answer(cite()))[0] as Hit), version });
  const never = new AbortController().signal;

  test("shows the file within, at the part that has the words", async () => {
    asked.length = 0;
    server({ file: "2.0", names: ["b.zip", "a.txt"], sure: true, bytes: true }, [{ text: 4, start: 0, end: 9, part: 1, quote: "출장비는" }]);
    const shown = await fetchShown(hit("v1"), 1, never);
    expect(asked).toEqual([
      ["POST", "/api/versions/v1/places", { passage: { heading: "a.txt › 여비", text, parts: [[0, first]] } }],
      ["GET", "/api/versions/v1/content?from=0&to=0&file=2.0", null]]);
    expect(shown.source).toEqual({ version: "v1", file: "2.0" });
    expect(shown.head.format).toBe("html");
    expect(isLooked(shown.head)).toBe(false);
    expect(partOf(shown)).toBe(1);
  });
  test("has a PDF within as it looks, by an address of its own", async () => {
    server({ file: "7", names: ["규정.pdf"], sure: true, bytes: true }, [{ text: 4, start: 0, end: 9, part: 1, quote: "출장비는" }]);
    const shown = await fetchShown(hit("v3"), 3, never);
    expect(isLooked(shown.head)).toBe(true);
    expect([rooms.file(shown.source), rooms.file({ version: "v 3", file: "" })]).toEqual(["/api/versions/v3/file?file=7", "/api/versions/v%203/file"]);
  });
  test("gives the file within away by its own name, if it has bytes of its own", () => {
    const said = (bytes: boolean) => renderToStaticMarkup(createElement(Within, { source: { version: "v", file: "2.0" }, inside: { file: "2.0", names: ["b.zip", "가/나.pdf"], sure: true, bytes } }));
    expect(said(true)).toContain('href="/api/versions/v/file?file=2.0" download="나.pdf"');
    expect(said(false)).not.toContain("<a");
  });
  test("shows the document itself where none of its files has them, and marks nothing", async () => {
    server(undefined, []);
    const shown = await fetchShown(hit("v2"), 2, never);
    expect(shown.source).toEqual({ version: "v2", file: "" });
    expect(shown).toMatchObject({ head: { format: "eml" }, places: { texts: [] } });
  });
  test("shows what a later reading gave, and asks for what is known already no more", async () => {
    let reading = "half";
    const heads: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      if (!path.endsWith("/places")) heads.push(reading);
      const body = path.endsWith("/places") ? { reading, places: [], texts: [] } : { reading, format: "md", unit: "flow", layout: "", title: "", parts: Array(reading === "half" ? 1 : 3).fill({ text: 0, texts: 1 }), items: [] };
      return new Response(JSON.stringify(body), { status: 200, headers: { "Content-Type": "application/json" } });
    });
    const cited = { ...hit("v9"), inner: undefined, spans: [{ text: 0, start: 0, end: 3 }] };
    const first = await fetchShown(cited, 1, never);
    await fetchShown(cited, 2, never);
    reading = "all";
    const later = await fetchShown(cited, 3, never);
    expect([first.head.parts?.length, later.head.parts?.length, heads]).toEqual([1, 3, ["half", "all"]]);
    expect(readingKey(later.source, later.head)).not.toBe(readingKey(first.source, first.head)); // no part of the half is kept
    reading = "more";
    expect((await fetchShown({ ...cited, spans: [] }, 4, never)).head.reading).toBe("more"); // at its beginning, where no places are asked for
  });
  test("says that no file within has the words only of those that are in one", () => {
    const head = { reading: "r", format: "html", unit: "flow" as const, layout: "", title: "", items: [] };
    const said = (more: Partial<Hit>) => renderToStaticMarkup(createElement(Certainty, { asText: true, shown: { hit: { ...hit("v"), ...more }, turn: 1, source: { version: "v", file: "" }, head, places: { reading: "r", places: [], texts: [] } } }));
    expect(said({})).toContain("reading_inner");
    expect(said({ inner: undefined })).toMatch(/^(?!.*reading_inner).*reading_unplaced/);
    expect(said({ inner: undefined, quote: "" })).not.toContain("<p");
  });
});
