// Which diagrams are being drawn. Drawing one can take for ever, and in some browsers the page with it: so only a few are
// drawn at once, and one that this browser did not get to the end of is not drawn by itself again.

const most = 4; // diagrams that are drawn at once
const remembered = 50; // of those that did not end
const key = "undrawn";

const now = new Set<string>(); // what this page is drawing
let places = most;
const waiting: (() => void)[] = [];

/** nameOf tells texts apart, well enough for what is at stake. */
function nameOf(code: string): string {
  let a = 0x811c9dc5, b = code.length;
  for (let at = 0; at < code.length; at++) {
    a = Math.imul(a ^ code.charCodeAt(at), 0x01000193);
    b = Math.imul(b, 31) + code.charCodeAt(at);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

function names(): string[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(all) ? all.filter((n) => typeof n === "string") : [];
  } catch {
    return [];
  }
}

function remember(change: (all: string[]) => string[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(change(names()).slice(-remembered)));
  } catch {
    // A browser that keeps nothing: it draws once more.
  }
}

/** hung says whether this browser began to draw a text before and did not get to its end. */
export function hung(code: string): boolean {
  const name = nameOf(code);
  return !now.has(name) && names().includes(name);
}

/**
 * whenFree calls draw once there is room for one more. What it returns says that the drawing is over, and is to be called
 * however it ended: with false if it did not end by itself.
 */
export function whenFree(code: string, draw: () => void): (ended?: boolean) => void {
  const name = nameOf(code);
  let state: "waits" | "draws" | "over" = "waits";
  const start = () => {
    state = "draws";
    places--;
    now.add(name);
    remember((all) => [...all.filter((n) => n !== name), name]);
    draw();
  };
  if (places > 0) start();
  else waiting.push(start);
  return (ended = true) => {
    if (state === "over") return;
    if (state === "waits") waiting.splice(waiting.indexOf(start), 1);
    else {
      places++;
      now.delete(name);
      if (ended) remember((all) => all.filter((n) => n !== name));
    }
    state = "over";
    if (places > 0) waiting.shift()?.();
  };
}

// A page that is left while it draws did not hang.
addEventListener("pagehide", () => remember((all) => all.filter((n) => !now.has(n))));
