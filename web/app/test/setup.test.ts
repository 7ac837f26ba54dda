import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  // What of a browser the modules look at while they are loaded.
  const g = globalThis as Record<string, unknown>;
  g.localStorage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  g.location = { hash: "", origin: "http://here" };
  g.window = { addEventListener: () => {} };
  g.document = { addEventListener: () => {}, documentElement: { dataset: {} } };
  g.matchMedia = () => ({ matches: false, addEventListener: () => {} });
  if (!g.navigator) g.navigator = { language: "ko", platform: "" };
});

import { actionName, actions, detailText, moments } from "../src/admin/action";
import { contrastWithWhite, legible } from "../src/admin/colour";
import { limitText, readLimit } from "../src/admin/limit";
import { stateOf } from "../src/admin/moment";
import { barSlots, daysBefore, everyDay, noUse, shareOf, widths } from "../src/admin/scale";
import { inParts } from "../src/exchange/all";
import { fileName } from "../src/exchange/save";
import { leftOut, looksRight } from "../src/exchange/summary";
import { families, mistakes, parts, pick, shortName, type Kept } from "../src/library/library";
import { fitting } from "../src/people/directory";
import { agentName } from "../src/settings/agent";
import { inDays, isOver } from "../src/share/calls";
import { filled, standsAlone, variables } from "../src/talk/suggest";

describe("prompts", () => {
  it("asks for each variable once, with its choices", () => {
    expect(variables("{{받는 사람}}께 {{말투|정중하게|친근하게}} {{받는 사람}}")).toEqual([
      { name: "받는 사람", choices: [] }, { name: "말투", choices: ["정중하게", "친근하게"] },
    ]);
  });
  it("fills in what was said, and leaves no braces", () => {
    expect(filled("{{a}}와 {{ b | x | y }} {{없음}}.", { a: "$&", b: "y" })).toBe("$&와 y .");
  });
  it("gives a text of its own line more room", () => {
    const text = "{{이름}} 님께 답장을 써 주세요.\n\n{{ 받은 메일 }}\n{{말투|가|나}}";
    expect([standsAlone(text, "받은 메일"), standsAlone(text, "이름"), standsAlone(text, "말투")]).toEqual([true, false, false]);
  });
  it("says what will not work before it is kept", () => {
    expect(mistakes("{{이름}} 님")).toBe("");
    expect(mistakes("{{이름 님")).toBe("lib_bad_braces");
    expect(mistakes("이름}} 님")).toBe("lib_bad_braces");
    expect(mistakes("{{ }}")).toBe("lib_bad_empty");
    expect(mistakes("{{|가|나}}")).toBe("lib_bad_empty");
  });
  it("shows variables by name", () => {
    expect(parts("가 {{나|다}} 라")).toEqual([{ text: "가 ", variable: false }, { text: "나", variable: true }, { text: " 라", variable: false }]);
  });
  it("makes a name that can be typed", () => {
    expect(shortName("회의록 정리 / 요약!")).toBe("회의록-정리-요약");
    expect(new TextEncoder().encode(shortName("가".repeat(80))).length).toBeLessThanOrEqual(64);
  });
  it("finds by family, origin and words however Hangul is written", () => {
    const one = (id: string, title: string, job: string, origin: Kept["origin"]): Kept => ({ id, name: id, title, text: "", job, origin });
    const all = [one("a", "회의록 정리".normalize("NFD"), "office", "ours"), one("b", "견적 메일", "sales", "mine")];
    expect(pick(all, { job: "", origin: "", typed: "회의록정리" }).map((p) => p.id)).toEqual(["a"]);
    expect(pick(all, { job: "sales", origin: "", typed: "" }).map((p) => p.id)).toEqual(["b"]);
    expect(pick(all, { job: "", origin: "shared", typed: "" })).toEqual([]);
    expect(families([...all, one("c", "", "", "mine"), one("d", "", "old", "mine")], [{ id: "sales", name: "영업" }, { id: "office", name: "사무" }, { id: "legal", name: "법무" }]).map((j) => j.id)).toEqual(["", "sales", "office", "old"]);
  });
});

describe("import", () => {
  it("says what stays behind, most first, and how much more there is", () => {
    const s = (code: string, count: number) => ({ code, name: "", count, text: code });
    const got = leftOut([s("picture", 1), s("tool", 30), s("audio", 7)], 2);
    expect(got.shown.map((x) => x.code)).toEqual(["tool", "audio"]);
    expect(got.more).toBe(1);
    expect(leftOut([])).toEqual({ shown: [], more: 0 });
  });
  it("refuses at once what the server would refuse after minutes", () => {
    expect(looksRight("conversations.JSON", 10)).toBe("");
    expect(looksRight("export.zip", 10)).toBe("");
    expect(looksRight("photo.png", 10)).toBe("import_not_export");
    expect(looksRight("a.json", 0)).toBe("import_empty");
    expect(looksRight("a.zip", 256 * 1024 * 1024 + 1)).toBe("import_too_large");
  });
  it("reads the name of a file, Korean too", () => {
    expect(fileName("attachment; filename*=utf-8''%ED%9A%8C%EC%9D%98.md", "x")).toBe("회의.md");
    expect(fileName('attachment; filename="a b.zip"', "x")).toBe("a b.zip");
    expect(fileName(null, "x")).toBe("x");
  });
  it("cuts many into files that the server takes", () => {
    expect(inParts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inParts([], 2)).toEqual([]);
  });
});

describe("usage", () => {
  it("has a place for every day, over the end of months and years", () => {
    const got = everyDay([{ ...noUse("2026-12-31"), prompt: 5 }], "2026-12-30", "2027-01-02");
    expect(got.map((u) => [u.key, u.prompt])).toEqual([["2026-12-30", 0], ["2026-12-31", 5], ["2027-01-01", 0], ["2027-01-02", 0]]);
    expect(daysBefore("2028-03-01", 1)).toBe("2028-02-29");
  });
  it("keeps bars within their place, and shows what is there at all", () => {
    const u = { ...noUse("a"), prompt: 1, completion: 999_999 };
    const [read, written] = widths(u, 1_000_000, 400);
    expect(read).toBe(1);
    expect(read + written).toBeLessThanOrEqual(402);
    expect(widths(noUse("b"), 0, 400)).toEqual([0, 0]);
    for (const n of [1, 30, 400]) { const { step, bar } = barSlots(n, 670); expect(bar).toBeLessThanOrEqual(Math.max(1, step)); expect(step * n).toBeCloseTo(670); }
  });
  it("says a share as people do", () => {
    expect([shareOf(0, 10), shareOf(1, 1000), shareOf(1, 3), shareOf(3, 3), shareOf(1, 0)]).toEqual(["0", "<1", "33", "100", "0"]);
  });
});

describe("limits", () => {
  it("reads what people type", () => {
    expect([readLimit(""), readLimit("20만"), readLimit("200,000"), readLimit("1.5만"), readLimit("200k"), readLimit("0"), readLimit("3억")]).toEqual([-1, 200_000, 200_000, 15_000, 200_000, 0, 300_000_000]);
    expect([readLimit("-1"), readLimit("1.5"), readLimit("많이"), readLimit("9".repeat(20))]).toEqual([null, null, null, null]);
  });
  it("writes what it can read again", () => {
    for (const n of [-1, 0, 7, 200_000, 1_000_000_000_000]) expect(readLimit(limitText(n))).toBe(n);
  });
});

describe("the audit log", () => {
  it("has a word for every action, and shows an unknown one as it is", () => {
    expect(actionName((name) => name, "made.up")).toBe("made.up");
    expect(actionName(() => "로그인", actions[0])).toBe("로그인");
  });
  it("says details on one line", () => {
    expect(detailText({ role: "admin", teams: ["a", "b"], none: "", deep: { x: 1 } }, (id) => (id === "a" ? "재무팀" : id))).toBe('role: admin · teams: 재무팀, b · deep: {"x":1}');
    expect(detailText(null)).toBe("");
  });
  it("takes whole days where the reader is", () => {
    const q = moments({ principal: "", action: "", object: " x ", from: "2026-12-31", to: "2026-12-31" });
    expect(new Date(q.to).getTime() - new Date(q.from).getTime()).toBe(86_400_000);
    expect(q.from).toBe(new Date(2026, 11, 31).toISOString().replace(".000", ""));
    expect(q.object).toBe("x");
  });
});

describe("small things", () => {
  it("knows browsers by what they say of themselves", () => {
    expect(agentName("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0")).toBe("Edge · Windows");
    expect(agentName("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1")).toBe("Safari · iOS");
    expect(agentName("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Whale/3.27 Safari/537.36")).toBe("Whale · Windows");
    expect(agentName("curl/8")).toBe("curl/8");
  });
  it("ends shares in time", () => {
    const now = new Date("2026-12-01T00:00:00Z");
    expect(inDays(7, now)).toBe("2026-12-08T00:00:00.000Z");
    expect(inDays(0, now)).toBeUndefined();
    expect(isOver({ expires: "2026-12-01T00:00:00Z", revoked: null }, now)).toBe(true);
    expect(isOver({ expires: null, revoked: null }, now)).toBe(false);
    expect(isOver({ expires: null, revoked: "2026-11-01T00:00:00Z" }, now)).toBe(true);
  });
  it("finds names, teams first", () => {
    const all = [{ id: "1", kind: "person" as const, name: "김하늘" }, { id: "2", kind: "team" as const, name: "하늘팀".normalize("NFD") }];
    expect(fitting(all, "하늘").map((n) => n.id)).toEqual(["2", "1"]);
  });
  it("knows when an announcement is seen", () => {
    const now = new Date("2026-12-01T00:00:00Z");
    expect(stateOf({ begins: "2026-11-30T00:00:00Z", ends: null }, now)).toBe("now");
    expect(stateOf({ begins: "2026-12-02T00:00:00Z", ends: null }, now)).toBe("later");
    expect(stateOf({ begins: "2026-11-01T00:00:00Z", ends: "2026-12-01T00:00:00Z" }, now)).toBe("past");
  });
  it("lets white be read on a company's colour", () => {
    expect(contrastWithWhite("#000000")).toBeCloseTo(21);
    expect(contrastWithWhite("#ffffff")).toBeCloseTo(1);
    expect([legible("#a50034"), legible("#ffcc00")]).toEqual([true, false]);
  });
});
