import { expect, test } from "vitest";
import { harmless } from "../frame/harmless";
import type { Offer } from "../src/api";
import { better, levelOf } from "../src/models/level";

test("a diagram says what is drawn, and nothing of how, or from where", () => {
  expect(harmless('%%{init: {"securityLevel": "loose",\n "themeCSS": "x"}}%%\ngraph TD\nA-->B')).toBe("\ngraph TD\nA-->B");
  expect(harmless("---\ntitle: 흐름\nconfig:\n  theme: dark\n---\ngraph TD\nA")).toBe("---\ntitle: 흐름\n---\ngraph TD\nA");
  expect(harmless("---\nconfig:\n  theme: dark\n---\ngraph TD")).toBe("graph TD");
  expect(harmless('A@{ img: "http://x/y.png" }\nB@{ shape: rect, label: "가" }')).toBe('A\nB@{ shape: rect, label: "가" }');
  expect(harmless("style A fill:url(http://x)\n@import 'x'")).toBe("style A fill:url (http://x)\n@ import 'x'");
  expect(harmless("graph TD\nA[주소(URL)] --> B[https://example.com/a?b=1]")).toBe("graph TD\nA[주소(URL)] --> B[https://example.com/a?b=1]");
});

const offer = (model: string, level: Offer["level"] | "", more: Partial<Offer> = {}): Offer => ({
  model, title: model, size: 1, memory: 1, window: 4096, params: 1e9, korean: true, here: true, fits: true, loaded: false, note: "", licence: "", class: "open", level: level || undefined, ...more,
});

test("a level is that of the model it stands beside", () => {
  const offers = [offer("small", "extract"), offer("large", "full"), offer("new", "")];
  const usual = { name: "small", level: "extract" as const };
  expect(levelOf("", offers, usual)).toBe("extract");
  expect(levelOf("large", offers, usual)).toBe("full");
  expect(levelOf("new", offers, usual)).toBe("");
  expect(levelOf("small", offers, { name: "large", level: "full" })).toBe("extract");
});

test("the better model that is offered is here, can do more, speaks Korean, and is no larger than need be", () => {
  const small = offer("small", "extract");
  expect(better("small", [small, offer("a", "assist"), offer("b", "full", { params: 8e9 }), offer("c", "full", { params: 3e9 })])?.model).toBe("c");
  expect(better("small", [small, offer("b", "full", { korean: false, params: 1 }), offer("c", "full", { params: 3e9 })])?.model).toBe("c");
  expect(better("small", [small, offer("b", "full", { here: false }), offer("c", "full", { fits: false }), offer("d", "extract"), offer("e", "")])).toBeUndefined();
});

test("a sequence has no menus", () => {
  expect(harmless('sequenceDiagram\nparticipant A\nlinks A: {"x": "y"}\nlink A: z @ https://x\nA->>A: links: 3')).toBe("sequenceDiagram\nparticipant A\n\n\nA->>A: links: 3");
});

test("HTML in a diagram's text is text", () => {
  expect(harmless('graph TD\nA["<img src=x onerror=f()>"] --> B["가<br/>나"]')).toBe('graph TD\nA["＜img src=x on\u200berror=f()>"] --> B["가<br/>나"]');
  expect(harmless("classDiagram\nclass A {\n<<interface>>\n}\nA <|-- B")).toBe("classDiagram\nclass A {\n<<interface>>\n}\nA <|-- B");
  expect(harmless("<<img src=x onerror=f()>>")).toBe("<＜img src=x on\u200berror=f()>>");
  expect(harmless("A <--> B\nC <- D\nE x<3")).toBe("A <--> B\nC <- D\nE x<3");
  for (const sign of ["&lt;", "&lt", "#lt;", "&#60;", "#60;", "&#x3C;", "#x3c;"]) expect(harmless(`A["${sign}img src=x onerror=f()>"]`)).toBe('A["＜img src=x on\u200berror=f()>"]');
  expect(harmless('graph TD\nonboard ==> once\nonboard --> A["x=1, once=2"]')).toBe('graph TD\nonboard ==> once\nonboard --> A["x=1, on\u200bce=2"]');
  expect(harmless("style A fill:#609,stroke:#60abcd")).toBe("style A fill:#609,stroke:#60abcd");
  expect(harmless("</text><script>f()</script><!-- x <?y <br onload=f()>")).not.toMatch(/<[a-z\/!?]/i);
});
