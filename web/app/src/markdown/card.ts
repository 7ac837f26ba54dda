// Where the card of a source stands, and what opens and closes it.

import { composing } from "../keys";

const held = 450; // milliseconds that a finger rests on a chip to see its card
const lifted = 400; // milliseconds in which the click of a finger that is lifted comes
const pictured = 150; // pixels that a card grows by its picture
const gap = 6; // pixels between a card and its chip
const edge = 8; // pixels between a card and the window's edge
const least = 80; // pixels that a card is high at least

interface Size { width: number; height: number }
interface Side { left: number; top: number; bottom: number }

/** Standing is where a card is in the window: held by the side next to its chip, so that it grows the other way and no word moves. Length is how high it is at most. */
export interface Standing { above: boolean; left: number; top: number; bottom: number; length: number; roomy: boolean }

/** standingOf is where a card goes beside its chip, on the side where there is room for it; without its picture, it has that size. Where the picture would leave no room for words it is not roomy. */
export function standingOf(chip: Side, card: Size, window: Size, picture: boolean): Standing {
  const below = window.height - chip.bottom;
  const above = chip.top > card.height + gap + edge + (picture ? pictured : 0) || chip.top > below;
  const room = (above ? chip.top : below) - gap - edge;
  return {
    above, left: Math.max(edge, Math.min(chip.left, window.width - card.width - edge)), top: chip.bottom + gap, bottom: window.height - chip.top + gap,
    length: Math.max(least, room), roomy: card.height + pictured <= room,
  };
}

/** Finger tells a finger that taps a chip, which opens the source, from one that rests on it, which opens the card. */
export class Finger {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private rested = false;
  /** touched says whether a finger was at the chip last, and not a mouse or a key. */
  touched = false;

  down(kind: string, rests: () => void): void {
    this.other();
    this.touched = kind === "touch";
    if (this.touched) this.timer = setTimeout(() => { this.rested = true; rests(); }, held);
  }
  /** up is for a finger that is lifted or gone. What it did is over once its click would have come. */
  up(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.rested = false; }, lifted);
  }
  /** click says whether a click opens the source: that of a finger that has rested opens nothing, and every later one does. */
  click(): boolean {
    const opens = !this.rested;
    this.rested = false;
    return opens;
  }
  /** other is for whatever no finger did. */
  other(): void {
    clearTimeout(this.timer);
    this.rested = this.touched = false;
  }
  get rests(): boolean { return this.rested; }
}

/** Told is what a card that is open wants to hear of: a press outside it and its chip, scrolling that moves the chip away from it, and Escape wherever the focus is. left closes the card, and says whether Escape was meant for nothing else. */
export interface Told { pressed(): void; scrolled(): void; left(): boolean }

/** watch tells of what happens while a card is open, until what it returns is called. A card that a mouse opened has no focus, so that keys are heard on the window. */
export function watch(window: EventTarget, inside: (n: EventTarget | null) => boolean, { pressed, scrolled, left }: Told): () => void {
  const press = (e: Event) => { if (!inside(e.target)) pressed(); };
  const scroll = (e: Event) => { if (!inside(e.target)) scrolled(); }; // a long card scrolls, too
  const key = (e: Event) => {
    const k = e as KeyboardEvent;
    if (k.key !== "Escape" || composing(k) || k.ctrlKey || k.altKey || k.metaKey || k.shiftKey || !left()) return;
    e.preventDefault();
    e.stopPropagation();
  };
  const all: [string, (e: Event) => void][] = [["pointerdown", press], ["scroll", scroll], ["resize", scroll], ["keydown", key]];
  for (const [name, told] of all) window.addEventListener(name, told, { capture: true });
  return () => { for (const [name, told] of all) window.removeEventListener(name, told, { capture: true }); };
}

/** turns scrolls a card that is longer than its window by a key, and says whether it did: the chip keeps the focus, so the keys are the chip's. */
export function turns(card: Pick<HTMLElement, "scrollTop" | "scrollHeight" | "clientHeight">, key: string): boolean {
  const step = { ArrowDown: 40, ArrowUp: -40, PageDown: card.clientHeight - 20, PageUp: 20 - card.clientHeight }[key] ?? 0;
  const to = Math.max(0, Math.min(card.scrollTop + step, card.scrollHeight - card.clientHeight));
  if (to === card.scrollTop) return false;
  card.scrollTop = to;
  return true;
}
