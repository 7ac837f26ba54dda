// A little of Markdown, as elements: code, headings, lists, quotes, bold, italics. Everything a model writes
// becomes a text node; no markup is parsed, no image or link is fetched.

import { make, t } from "./text.js";

// render replaces what is in an element.
export function render(into, source) {
  into.replaceChildren(...blocks(source.split("\n")));
}

function blocks(lines) {
  const out = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i];
    const fence = /^\s*(```+|~~~+)\s*(\S*)/.exec(line);
    const heading = /^(#{1,6})\s+(.*)/.exec(line);
    if (fence) {
      const from = ++i;
      while (i < lines.length && !lines[i].trimStart().startsWith(fence[1])) i++;
      out.push(code(lines.slice(from, i++).join("\n"), fence[2]));
    } else if (!line.trim()) {
      i++;
    } else if (heading) {
      out.push(make(heading[1].length < 3 ? "h3" : "h4", {}, ...spans(heading[2])));
      i++;
    } else if (/^\s*>/.test(line)) {
      const quote = [];
      while (i < lines.length && /^\s*>/.test(lines[i])) quote.push(lines[i++].replace(/^\s*>\s?/, ""));
      out.push(make("blockquote", {}, make("p", {}, ...spans(quote.join("\n")))));
    } else if (item(line)) {
      const ordered = /\d/.test(item(line)[1]);
      const list = make(ordered ? "ol" : "ul", ordered ? { start: parseInt(item(line)[1], 10) } : {});
      while (i < lines.length && item(lines[i])) list.append(make("li", {}, ...spans(item(lines[i++])[2])));
      out.push(list);
    } else {
      const words = [];
      while (i < lines.length && lines[i].trim() && !starts(lines[i])) words.push(lines[i++]);
      out.push(make("p", {}, ...spans(words.join("\n"))));
    }
  }
  return out;
}

const item = line => /^\s*([-*•]|\d{1,9}[.)])\s+(.*)/.exec(line);
const starts = line => item(line) || /^(\s*(```|~~~|>)|#{1,6}\s)/.test(line);

// spans splits a text into code, bold and italics.
function spans(text) {
  const out = [];
  const mark = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])/g;
  let at = 0;
  for (const m of text.matchAll(mark)) {
    out.push(text.slice(at, m.index));
    const [tag, inner] = m[1] !== undefined ? ["code", m[1]] : m[2] !== undefined ? ["strong", m[2]] : ["em", m[3]];
    out.push(make(tag, {}, inner));
    at = m.index + m[0].length;
  }
  out.push(text.slice(at));
  return out.filter(x => x !== "");
}

function code(text, language) {
  const copy = make("button", { className: "quiet", type: "button", onclick: () => copied(copy, text) }, t("copy"));
  return make("div", { className: "code" },
    make("div", { className: "bar" }, make("span", {}, language), copy),
    make("pre", { tabIndex: 0 }, make("code", {}, text)));
}

// copied puts a text on the clipboard and says so on the button.
export async function copied(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = t("copied");
  } catch {
    button.textContent = t("copy_failed");
  }
  setTimeout(() => { button.textContent = t("copy"); }, 1600);
}
