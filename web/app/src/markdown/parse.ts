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

/** read makes elements of a block. */
export function read(text: string, components: Partial<Components>): ReactElement {
  const before = drawn.get(text);
  if (before) return before;
  const parsed = machine.parse(text);
  stand(parsed, text);
  const tree = machine.runSync(parsed) as Root;
  clean(tree);
  refer(tree);
  const out = toJsxRuntime(tree, { Fragment, jsx, jsxs, components, tableCellAlignToStyle: false, passKeys: true, passNode: false }) as ReactElement;
  drawn.set(text, out);
  if (drawn.size > most) drawn.delete(drawn.keys().next().value ?? "");
  return out;
}
