// From Markdown to elements. The machinery is made once; what was read is kept for when it is drawn again.

import type { Root } from "hast";
import type { Root as Mdast } from "mdast";
import { toJsxRuntime, type Components } from "hast-util-to-jsx-runtime";
import type { ReactElement } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import remarkCjk from "remark-cjk-friendly";
import remarkCjkStrike from "remark-cjk-friendly-gfm-strikethrough";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified, type Processor } from "unified";
import { formulas } from "./formula";

/** remarkFormulas adds ours to what remark-math reads. */
function remarkFormulas(this: Processor): void {
  const data = this.data();
  (data.micromarkExtensions ??= []).push(formulas);
}

/** stand has a formula that was written as one of its own, $$x$$ or \\[x\\], stand by itself. */
function stand(node: Mdast | Mdast["children"][number], text: string): void {
  if (node.type === "inlineMath" && /^(\$\$|\\\[)/.test(text.slice(node.position?.start.offset, (node.position?.start.offset ?? 0) + 2))) {
    node.data = { ...node.data, hProperties: { className: ["language-math", "math-display"] } };
  }
  if ("children" in node) for (const child of node.children) stand(child, text);
}

const machine = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkCjk)
  .use(remarkCjkStrike)
  .use(remarkMath, { singleDollarTextMath: false })
  .use(remarkFormulas)
  // What looks like markup is text: nothing of an answer is ever read as HTML.
  .use(remarkRehype, { handlers: { html: (_state: unknown, node: { value: string }) => ({ type: "text" as const, value: node.value }) } })
  .freeze();

const allowed = new Set([
  "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "li", "ol", "p", "pre", "section", "strong", "sup", "table", "tbody",
  "td", "th", "thead", "tr", "ul",
]);
const kept = new Set(["align", "alt", "checked", "className", "href", "src", "start", "title", "type"]);

/** clean leaves only elements and properties that Markdown has. The rest cannot come from it; if it did, it would go. */
function clean(node: Root | Root["children"][number]): void {
  if (node.type === "element") {
    if (!allowed.has(node.tagName)) node.tagName = "span";
    const heading = /^h([1-6])$/.exec(node.tagName)?.[1];
    if (heading) { // the page has its own two above those of an answer
      node.tagName = "h" + Math.min(6, Number(heading) + 2);
      node.properties.className = ["h" + heading];
    }
    for (const name of Object.keys(node.properties)) if (!kept.has(name)) delete node.properties[name];
    for (const name of ["href", "src"]) if (name in node.properties) node.properties[name] = safe(node.properties[name]);
  }
  if ("children" in node) for (const child of node.children) if (child.type !== "doctype") clean(child);
}

/** safe is an address that may stand in a link, or "". */
export function safe(address: unknown): string {
  if (typeof address !== "string") return "";
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  return scheme === undefined ? address : ["http", "https", "mailto"].includes(scheme) ? address : "";
}

/** Sentence is a stretch of a block, in UTF-16 units of it, that is shown as one: a sentence of which something was checked. */
export interface Sentence { start: number; end: number; index: number }

type Nodes = Root["children"];

/** divide puts what is said in a sentence into an element of its own, a part of it where other elements lie between. */
function divide(node: Root | Nodes[number], sentences: Sentence[], last: Map<number, { properties: Record<string, unknown> }>): void {
  if (!("children" in node)) return;
  const out: Nodes = [];
  for (const child of node.children as Nodes) {
    const from = child.position?.start.offset, to = child.position?.end.offset;
    if (child.type !== "text" || from === undefined || to === undefined) {
      divide(child, sentences, last);
      out.push(child);
      continue;
    }
    // Where a text is not what was written (an escape, an entity), it is not cut.
    const same = child.value.length === to - from;
    let at = 0;
    for (const s of sentences) {
      const middle = (from + to) / 2;
      const a = same ? Math.max(at, s.start - from) : s.start <= middle ? 0 : child.value.length;
      const b = same ? Math.min(child.value.length, s.end - from) : s.end > middle ? child.value.length : 0;
      if (a >= b || a < at) continue;
      if (a > at) out.push({ type: "text", value: child.value.slice(at, a) });
      const part = { type: "element" as const, tagName: "span", properties: { className: ["claim-" + s.index] as string[] }, children: [{ type: "text" as const, value: child.value.slice(a, b) }] };
      if (part.children[0]?.value.trim()) last.set(s.index, part);
      out.push(part);
      at = b;
    }
    if (at < child.value.length) out.push({ type: "text", value: child.value.slice(at) });
  }
  node.children = out as never;
}

const mark = /\[(\d{1,3})\]/;

/** refer makes elements of the marks [1], [2], … in what is said, for those that stand for a source. */
function refer(node: Root | Root["children"][number]): void {
  if (!("children" in node) || (node.type === "element" && ["a", "code", "pre"].includes(node.tagName))) return;
  const out: typeof node.children = [];
  for (const child of node.children) {
    if (child.type !== "text" || !mark.test(child.value)) {
      if (child.type !== "doctype") refer(child);
      out.push(child as never);
      continue;
    }
    child.value.split(/\[(\d{1,3})\]/).forEach((part, n) => {
      if (n % 2 === 1) out.push({ type: "element", tagName: "sup", properties: { className: ["ref-" + part] }, children: [{ type: "text", value: `[${part}]` }] } as never);
      else if (part) out.push({ type: "text", value: part } as never);
    });
  }
  node.children = out as never;
}

export function host(address: string): string {
  try { return new URL(address).host; } catch { return ""; }
}

const drawn = new Map<string, ReactElement>(); // the last few hundred blocks, oldest first
const most = 600;

/** read makes elements of a block. Of each sentence the last part has the class claim-end. */
export function read(text: string, components: Partial<Components>, sentences: Sentence[] = []): ReactElement {
  const key = sentences.length === 0 ? text : text + "\0" + sentences.map((s) => `${s.index} ${s.start} ${s.end}`).join();
  const before = drawn.get(key);
  if (before) return before;
  const parsed = machine.parse(text);
  stand(parsed, text);
  const tree = machine.runSync(parsed) as Root;
  clean(tree);
  if (sentences.length > 0) {
    const last = new Map<number, { properties: Record<string, unknown> }>();
    divide(tree, sentences, last);
    for (const [index, part] of last) part.properties.className = ["claim-" + index, "claim-end"];
  }
  refer(tree);
  const out = toJsxRuntime(tree, { Fragment, jsx, jsxs, components, tableCellAlignToStyle: false, passKeys: true, passNode: false }) as ReactElement;
  drawn.set(key, out);
  if (drawn.size > most) drawn.delete(drawn.keys().next().value ?? "");
  return out;
}
