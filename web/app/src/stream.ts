// Server-sent events that go on after a broken line: who reads gets every event once, in order.

import { isAbort, Refused, send } from "./net";
import { t } from "./text";

/** Numbered is one event of an answer as it is sent and stored. */
export interface Numbered { number: number; kind: string; version?: number; data: unknown }

/** parseEvents reads the text of server-sent events. What is not whole yet is kept for the next call. */
export function parseEvents(): (text: string) => { id: string; event: string; data: string }[] {
  let rest = "";
  let id = "", event = "", data: string[] = [];
  return (text) => {
    const out: { id: string; event: string; data: string }[] = [];
    const all = rest + text;
    const held = all.endsWith("\r") ? 1 : 0; // its \n may be on the way
    const lines = all.slice(0, all.length - held).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + all.slice(all.length - held);
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) out.push({ id, event: event || "message", data: data.join("\n") });
        event = ""; data = [];
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue; // a comment, which keeps the line alive
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "id") id = value;
      else if (field === "event") event = value;
      else if (field === "data") data.push(value);
    }
    return out;
  };
}

export interface FollowOptions {
  after?: number;
  signal: AbortSignal;
  onEvent(event: Numbered): void;
  /** onLine says whether the line is up, so that a person can be told. */
  onLine?(up: boolean): void;
  /** wait is for tests; the default doubles from 0.3 s to 8 s. */
  wait?(attempt: number, signal: AbortSignal): Promise<void>;
}

const silence = 30_000; // the server says something every 10 s

/** follow reads the events of an answer until its finish or error event, and takes the line up again when it breaks. */
export async function follow(path: string, opts: FollowOptions): Promise<void> {
  let last = opts.after ?? 0;
  for (let attempt = 0; ; attempt++) {
    try {
      const ended = await readOnce(path, last, opts, (number) => { last = number; attempt = 0; });
      if (ended) return;
    } catch (err) {
      if (opts.signal.aborted || isAbort(err)) throw err;
      // Only what may be different a moment later is tried again.
      if (err instanceof Refused && err.status !== 0 && err.status < 500 && err.status !== 429) throw err;
    }
    if (opts.signal.aborted) throw new DOMException("aborted", "AbortError");
    opts.onLine?.(false);
    await (opts.wait ?? backoff)(attempt, opts.signal);
  }
}

async function readOnce(path: string, after: number, opts: FollowOptions, seen: (number: number) => void): Promise<boolean> {
  const line = new AbortController();
  const end = () => line.abort();
  opts.signal.addEventListener("abort", end);
  let quiet = setTimeout(end, silence);
  try {
    const reply = await send("GET", path, undefined, line.signal, after > 0 ? { "Last-Event-ID": String(after) } : {});
    if (!reply.body) throw new Refused(t("error_cut"), "network", 0);
    opts.onLine?.(true);
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = parseEvents();
    let last = after;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return false;
      clearTimeout(quiet);
      quiet = setTimeout(end, silence);
      for (const one of parse(value)) {
        const number = Number(one.id) || last;
        if (one.event !== "error" && number <= last) continue; // a replay told it already
        last = number;
        seen(number);
        opts.onEvent({ number, kind: one.event, data: JSON.parse(one.data) as unknown });
        if (one.event === "finish" || one.event === "error") return true;
      }
    }
  } catch (err) {
    if (opts.signal.aborted) throw new DOMException("aborted", "AbortError");
    if (isAbort(err)) return false; // it was silent for too long
    throw err;
  } finally {
    clearTimeout(quiet);
    opts.signal.removeEventListener("abort", end);
    line.abort();
  }
}

/** backoff waits longer each time, and not at all once the network is back or the page is looked at again. */
function backoff(attempt: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(8000, 300 * 2 ** attempt) * (0.75 + Math.random() / 2));
    window.addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
    signal.addEventListener("abort", done);
  });
}
