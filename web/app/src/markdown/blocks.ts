// A text is cut into blocks that mean the same alone as together, so that of a growing answer only the last is read again.

/** Block is a stretch of the source, from the offset at. */
export interface Block { at: number; text: string }

const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const item = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const begun = /^ {0,3}(?:[-*+]|\d{1,9}[.)]?)$/; // an item of which no more is here yet
const indented = /^(?: {2,}|\t)/;
const definition = /^ {0,3}\[\^?[^\]\n]+\]:/m;

interface Fence { mark: string; size: number }

/** next is the fence that is open after a line. */
function next(open: Fence | null, line: string): Fence | null {
  const found = fence.exec(line.replace(/^(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)+/, (lead) => (open ? lead.replace(/[^ ]/g, " ").slice(0, 3) : "")));
  if (!found) return open;
  const [, marks = "", info = ""] = found;
  const mark = marks.charAt(0);
  if (!open) return mark === "`" && info.includes("`") ? null : { mark, size: marks.length };
  return mark === open.mark && marks.length >= open.size && info.trim() === "" ? null : open;
}

/**
 * blocks cuts at blank lines where what follows begins anew: not inside fences or display formulas, nor inside lists,
 * whose items may be apart, nor before what is indented. A text with definitions of links or notes is one block, since
 * they may be used anywhere in it.
 */
export function blocks(text: string): Block[] {
  if (definition.test(text)) return text.trim() === "" ? [] : [{ at: 0, text }];
  const out: Block[] = [];
  let start = 0, blank = true, open: Fence | null = null, math = false, list = false;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end);
    const empty = line.trim() === "";
    if (!open && !math && !empty && blank && !indented.test(line) && !(list && (item.test(line) || (end === text.length && begun.test(line))))) {
      if (at > start) out.push({ at: start, text: text.slice(start, at) });
      start = at;
      list = item.test(line);
    }
    if (math) math = !/\$\$\s*$/.test(line);
    else if (!open && /^ {0,3}\$\$/.test(line) && !/^ {0,3}\$\$.+\$\$\s*$/.test(line)) math = true;
    else if (!empty) open = next(open, line);
    blank = empty;
    at = end + 1;
  }
  if (text.slice(start).trim() !== "") out.push({ at: start, text: text.slice(start) });
  return out;
}

/** Grown cuts a text that grows at its end: blocks that are finished are neither read nor made again. */
export class Grown {
  private text = "";
  private done: Block[] = [];

  cut(text: string): Block[] {
    if (!text.startsWith(this.text) || definition.test(text)) {
      this.done = [];
      this.text = "";
      if (definition.test(text)) return blocks(text);
    }
    const from = this.done.length > 0 ? endOf(this.done[this.done.length - 1]) : 0;
    const rest = blocks(text.slice(from)).map((b) => ({ at: b.at + from, text: b.text }));
    // The last may still grow, and with it, where it is a list, what comes after a blank line.
    this.done = [...this.done, ...rest.slice(0, -1)];
    this.text = this.done.length > 0 ? text.slice(0, endOf(this.done[this.done.length - 1])) : "";
    const last = rest[rest.length - 1];
    return last ? [...this.done, last] : this.done;
  }
}

const endOf = (b?: Block): number => (b ? b.at + b.text.length : 0);

/** mended closes what the end of a growing text has left open, so that its marks do not flicker. */
export function mended(text: string): string {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  let out = text;
  if (/(^|[^`])`[^`]*$/.test(line) && (line.match(/`/g)?.length ?? 0) % 2 === 1 && !/^ {0,3}`{3}/.test(line)) return out + "`";
  if ((line.match(/\*\*/g)?.length ?? 0) % 2 === 1) out = /\*\*$/.test(out) ? out.slice(0, -2) : out.replace(/\*$/, "") + "**";
  return out.replace(/!?\[[^\]\n]*\]\([^)\n]*$/, (half) => half.slice(half.indexOf("[") + 1, half.indexOf("]")));
}
