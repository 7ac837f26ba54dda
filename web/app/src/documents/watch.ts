// How far the reading of documents has come. A browser opens few lines to a server at once, so few are followed: those that
// have waited longest, which are read first.

import { isAbort, Refused, send } from "../net";
import { parseEvents } from "../stream";
import { documents, type Version } from "./calls";

type Watcher = (v: Version | null) => void; // null: it is gone, or no longer to be seen

export const mostFollowed = 2;

interface Watched { version: string; watchers: Set<Watcher>; line: AbortController | null; last: Version | null }
const all = new Map<string, Watched>();

/** watchReading tells of a version until it has been read, or could not be, or until what it returns is called. */
export function watchReading(version: string, watcher: Watcher): () => void {
  let one = all.get(version);
  if (!one) all.set(version, one = { version, watchers: new Set(), line: null, last: null });
  else if (one.last) watcher(one.last);
  one.watchers.add(watcher);
  next();
  const mine = one;
  return () => {
    mine.watchers.delete(watcher);
    if (mine.watchers.size > 0) return;
    mine.line?.abort();
    if (all.get(version) === mine) all.delete(version);
    next();
  };
}

function next(): void {
  const following = [...all.values()].filter((w) => w.line !== null).length;
  for (const one of [...all.values()].filter((w) => w.line === null).slice(0, Math.max(0, mostFollowed - following))) void follow(one);
}

function tell(one: Watched, v: Version | null): void {
  one.last = v;
  for (const fn of [...one.watchers]) fn(v);
}

/** follow reads what a server says of one version, and takes the line up again when it breaks. */
async function follow(one: Watched): Promise<void> {
  const line = one.line = new AbortController();
  for (let attempt = 0; !line.signal.aborted; attempt++) {
    try {
      for await (const v of versions(one.version, line.signal)) {
        attempt = 0;
        tell(one, v);
        if (v.state !== "waiting") line.abort();
      }
    } catch (err) {
      if (line.signal.aborted || isAbort(err)) break;
      if (err instanceof Refused && err.status !== 0 && err.status < 500 && err.status !== 429) { tell(one, null); break; }
    }
    if (!line.signal.aborted) await pause(Math.min(8000, 400 * 2 ** attempt), line.signal);
  }
  if (all.get(one.version) === one) all.delete(one.version);
  next();
}

async function* versions(version: string, signal: AbortSignal): AsyncGenerator<Version> {
  const reply = await send("GET", documents.events(version), undefined, signal);
  if (!reply.body) return;
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  const parse = parseEvents();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      for (const e of parse(value)) if (e.event === "version") yield JSON.parse(e.data) as Version;
    }
  } finally {
    void reader.cancel().catch(() => {}); // the line may be down already
  }
}

const pause = (ms: number, signal: AbortSignal) => new Promise<void>((done) => {
  const timer = setTimeout(done, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
});
