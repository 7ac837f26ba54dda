// What is open beside the answer: the places that an answer points to, and the one that is shown.

import { shell } from "../shell/state";
import { createStore, useStore } from "../store";
import type { Hit } from "../talk/proof";
import type { Region } from "./region";

interface Reading {
  hits: Hit[];
  at: number; // which of them is shown
  turn: number; // rises whenever a place is asked for, so that the same one is shown again
  text: string; // the key of the source that is shown as text, though it could be as it looks
  picking: boolean; // a part of a page is being chosen
}

export const reading = createStore<Reading>({ hits: [], at: 0, turn: 0, text: "", picking: false });
export const useReading = <S>(select: (r: Reading) => S): S => useStore(reading, select);

let before: HTMLElement | null = null; // had the focus when the room was opened
let sideWas = false; // the sidebar has made room
const both = 1400; // pixels: a window in which sidebar, answer and document have room

/** makeRoom has the sidebar give way where the window is not wide enough for it as well. */
export function makeRoom(): void {
  const { side, narrow } = shell.get();
  if (!side || narrow || innerWidth >= both) return;
  sideWas = true;
  shell.set({ side: false });
}

/** openReading opens the room at one of some places. */
export function openReading(hits: Hit[], at: number): void {
  if (!hits[at]) return;
  if (reading.get().hits.length === 0) {
    before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    makeRoom();
  }
  reading.set((r) => ({ hits, at, turn: r.turn + 1, picking: false }));
}

/** openVersion opens a document at its beginning. */
export function openVersion(version: string, title: string): void {
  openReading([{ key: "v", version, title, where: "", index: 0, page: 0, spans: [], quote: "" }], 0);
}

/** openRegion opens a document at a part of a page, with a box around it. */
export function openRegion(version: string, title: string, where: string, region: Region): void {
  openReading([{ key: "r", version, title, where, index: 0, page: region.page, spans: [], quote: "", region }], 0);
  reading.set({ text: "" });
}

/** moveReading goes to the next place, or to the one before. */
export function moveReading(step: number): void {
  reading.set((r) => (r.hits[r.at + step] ? { at: r.at + step, turn: r.turn + 1, picking: false } : {}));
}

/** showText shows the source with a key as text, and any other as it looks. */
export const showText = (key: string): void => reading.set({ text: key, picking: false });

/** pick begins or ends the choosing of a part of a page. */
export const pick = (picking: boolean): void => reading.set(picking ? { picking, text: "" } : { picking });

/** closeReading gives the focus back to where it was. */
export function closeReading(): void {
  reading.set({ hits: [], at: 0, picking: false, text: "" });
  if (sideWas && !shell.get().narrow) shell.set({ side: true });
  sideWas = false;
  if (before?.isConnected) before.focus();
  before = null;
}
