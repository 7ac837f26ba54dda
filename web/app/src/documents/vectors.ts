// How far the vectors of documents have come, by which they are found by their meaning. They are made of one document after the
// other, which may take hours for a folder, so few are asked about at a time: the one that is on its way, and some others in turn.

import { Refused } from "../net";
import { documents, type Version } from "./calls";

type Watcher = (v: Version) => void;

export const vectorsEvery = 3000; // milliseconds
const atOnce = 3;
const all = new Map<string, Set<Watcher>>(); // by version, whose turn is next first
let timer = 0;
let busy = false;
let underway = "";

/** watchVectors tells of a version from time to time, until its vectors are there or what it returns is called. */
export function watchVectors(version: string, watcher: Watcher): () => void {
  const watchers = all.get(version) ?? new Set();
  all.set(version, watchers.add(watcher));
  timer ||= window.setInterval(() => void look(), vectorsEvery);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0 && all.get(version) === watchers) forget(version);
  };
}

function forget(version: string): void {
  all.delete(version);
  if (all.size > 0) return;
  clearInterval(timer);
  timer = 0;
}

async function look(): Promise<void> {
  if (busy || document.hidden) return;
  busy = true;
  const next = [...new Set([underway, ...[...all.keys()].slice(0, atOnce)])].filter((version) => all.has(version));
  await Promise.all(next.map(ask));
  busy = false;
}

async function ask(version: string): Promise<void> {
  const watchers = all.get(version);
  if (!watchers) return;
  all.delete(version); // to the end of the line
  all.set(version, watchers);
  try {
    const v = await documents.version(version);
    if (v.vectors) underway = version;
    for (const fn of [...watchers]) fn(v);
    if (v.embedded !== false && all.get(version) === watchers) forget(version);
  } catch (err) {
    if (err instanceof Refused && err.status >= 400 && err.status < 500 && err.status !== 429) forget(version); // gone, or no longer to be seen
  }
}
