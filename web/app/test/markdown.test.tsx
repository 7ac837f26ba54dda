import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { blocks, Grown, mended } from "../src/markdown/blocks";
import { Cited, Markdown } from "../src/markdown/markdown";
import { host, safe } from "../src/markdown/parse";
import { csv } from "../src/markdown/table";
import { plainOf } from "../src/copy";

const html = (text: string, growing = false) => renderToStaticMarkup(<Markdown text={text} growing={growing} />);

describe("Markdown", () => {
  test("is bold beside Hangul and Hanja", () => {
    expect(html("**중요(重要)**한 일은 **“인용”**입니다. ~~취소~~된 것")).toContain("<strong>중요(重要)</strong>한 일은 <strong>“인용”</strong>입니다. <del>취소</del>된");
  });

  test("shows markup as text, and runs nothing", () => {
    for (const bad of ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <b onclick=x>b</b>", "<svg onload=alert(1)>", "<!-- x -->", "<iframe src=//x></iframe>"]) {
      const out = html(bad);
      expect(out).not.toMatch(/<(script|img|b|svg|iframe|!)/);
      expect(out).toContain("&lt;");
    }
  });

  test("links nowhere but to the web and to mail", () => {
    for (const bad of ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "&#106;avascript:alert(1)", "java\nscript:x"]) {
      const out = html(`[여기](${bad}) ![그림](${bad}) <${bad}>`);
      expect(out).not.toMatch(/(href|src)="(?!http|mailto)/i);
    }
    expect(safe(" javascript:x")).toBe("");
    expect(safe("https://example.com")).toBe("https://example.com");
  });

  test("says where a link leads, and keeps the page to itself", () => {
    expect(html("[여기](https://example.com/a)")).toContain('rel="noopener noreferrer nofollow" title="https://example.com/a">여기<span class="target"> (example.com)</span></a>');
    expect(host("not an address")).toBe("");
  });

  test("loads no image by itself", () => {
    const out = html("![도표](https://example.com/a.png?secret=1)");
    expect(out).not.toContain("<img");
    expect(out).toContain("https://example.com/a.png?secret=1");
  });

  test("draws tables with their alignment and without styles", () => {
    const out = html("| 이름 | 수 |\n|---|--:|\n| 가 | 1 |");
    expect(out).toContain('<td align="right">1</td>');
    expect(out).not.toContain("style=");
  });

  test("marks what rests on a source, and nothing else", () => {
    const source = { index: 1, title: "보고서", source: "문서", where: "3쪽", snippet: "근거", url: "https://example.com/x" };
    const out = renderToStaticMarkup(<Cited value={[source]}><Markdown text={"늘었습니다 [1][2]. `a[1]` [1](https://b.c)"} /></Cited>);
    expect(out.match(/class="ref"/g)).toHaveLength(1);
    expect(out).toContain("[2]");
    expect(out).toContain("<code>a[1]</code>");
    expect(out).toContain("<strong>보고서</strong>");
  });

  const formulas = (text: string) => [...html(text).matchAll(/<span class="formula( display)?"[^>]*><span><code>(.*?)<\/code>/g)].map((m) => (m[1] ? "= " : "") + m[2]);

  test("keeps a dollar that is money", () => {
    for (const money of [
      "값은 $5 입니다.", "$5 and $10", "$5에서 $10까지", "A costs $5, B costs $10.", "US$5 and HK$7", "($3) 또는 ($4)", "$1,000 ~ $2,000", "**$5**와 *$6*", "$ 5 $", "$5-$10",
      "| 이름 | 값 |\n|--|--|\n| 가 | $5 |\n| 나 | $10 |", "`$x$`", "\\$x\\$", "$100 (약 13만 원)과 $200 (약 26만 원)", "US$와 HK$",
    ]) {
      expect(formulas(money), money).toEqual([]);
      expect(html(money)).toContain("$");
    }
  });

  test("sets what is a formula", () => {
    expect(formulas("원금을 $P$, 이율을 $r$이라 하면 $P(1 + r)^n$입니다.")).toEqual(["P", "r", "P(1 + r)^n"]);
    expect(formulas("\\(a_1 + b_2\\)와 \\( c \\)")).toEqual(["a_1 + b_2", "c"]);
    expect(formulas("\\[\\frac{a}{b}\\]")).toEqual(["= \\frac{a}{b}"]);
    expect(formulas("\\[\nx \\\\ y\n\\]")).toEqual(["= x \\\\ y"]);
    expect(formulas("$$x$$")).toEqual(["= x"]);
    expect(formulas("값이 $5이고 $x_1$과 $y_2$는")).toEqual(["x_1", "y_2"]);
    expect(formulas("$a \\$ b$")).toEqual(["a \\$ b"]);
    expect(formulas("$a*b$ 와 $c*d$")).toEqual(["a*b", "c*d"]);
    expect(html("끝나지 않은 \\(x + 1")).toContain("(x + 1");
    expect(html("$$\nx\n$$")).toContain("formula display");
  });

  test("is the same whole as it is piece by piece", () => {
    const text = "첫 문단\n\n1. 하나\n\n   이어서\n\n2. 둘\n\n```py\na\n\n\nb\n```\n\n$$\nx\n\ny\n$$\n\n> 인용\n\n끝";
    let shown = "";
    const grown = new Grown();
    for (const c of text) { shown += c; grown.cut(shown); }
    expect(grown.cut(text)).toEqual(blocks(text));
    expect(html(text, true)).toBe(html(text));
  });
});

describe("blocks", () => {
  const cut = (text: string) => blocks(text).map((b) => b.text.trim());
  test("begin where something new begins", () => expect(cut("가\n\n나\n다\n\n# 라")).toEqual(["가", "나\n다", "# 라"]));
  test("keep fences whole", () => expect(cut("```\n가\n\n나\n```\n\n다")).toHaveLength(2));
  test("keep longer fences that hold shorter ones", () => expect(cut("````\n```\n\n가\n```\n\n````\n\n나")).toHaveLength(2));
  test("keep fences in lists", () => expect(cut("- 가\n\n  ```\n  나\n\n다\n  ```\n\n라")).toHaveLength(2));
  test("keep loose lists, with their numbers", () => expect(cut("1. 가\n\n2. 나\n\n3. 다\n\n끝")).toEqual(["1. 가\n\n2. 나\n\n3. 다", "끝"]));
  test("keep formulas whole", () => expect(cut("$$\na\n\nb\n$$\n\n다")).toHaveLength(2));
  test("are one where links are defined", () => expect(cut("[가][1]\n\n나\n\n[1]: https://example.com")).toHaveLength(1));
  test("know where they are", () => { for (const b of blocks("가\n\n나\n\n다")) expect("가\n\n나\n\n다".startsWith(b.text, b.at)).toBe(true); });
  test("of nothing are none", () => expect(blocks("\n\n  \n")).toEqual([]));
  test("are not read again once they are finished", () => {
    const grown = new Grown();
    const before = grown.cut("가\n\n나\n\n다");
    const after = grown.cut("가\n\n나\n\n다라");
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });
  test("begin anew where a text changes", () => expect(new Grown().cut("가\n\n나")).toEqual(blocks("가\n\n나")));
});

describe("a growing end", () => {
  test("closes what is open", () => {
    expect(mended("이것은 **중요")).toBe("이것은 **중요**");
    expect(mended("이것은 **")).toBe("이것은 ");
    expect(mended("`code")).toBe("`code`");
    expect(mended("보세요 [여기](https://exa")).toBe("보세요 여기");
    expect(mended("```py\na **b")).toBe("```py\na **b**".slice(0, -2) + "**");
  });
});

test("csv quotes, and disarms what a spreadsheet would run", () => {
  expect(csv([["a,b", 'c"d', "e\nf"], ["=1+1", "-5", "@x"]])).toBe('"a,b","c""d","e\nf"\r\n\'=1+1,-5,\'@x');
});

test("plain text has no marks", () => {
  expect(plainOf("## 제목\n\n**굵게** `코드` [여기](https://a.b) *기울임* 3 * 4 * 5")).toBe("제목\n\n굵게 코드 여기 (https://a.b) 기울임 3 * 4 * 5");
});
