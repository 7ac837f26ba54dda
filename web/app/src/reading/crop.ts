// What a card shows of a page: as much of it around what is cited as can be read in so small a picture.

import type { Spot } from "./calls";
import type { Corners } from "./region";

export interface Crop { page: number; box: Corners; marks: Corners[] } // marks in shares of the box: left, top, width, height

const widest = 40, narrowest = 24; // lines' heights that a picture is wide: more cannot be read, less says too little
const tallest = 0.5; // of its width
const around = 1.2; // lines' heights beside what is cited

/** shape is how tall a card's picture is, by its width: always the same, so that nothing moves when it comes. */
export const shape = 0.4;

/** cropOf is the part of a page around places on it: those on the page where the first one is. */
export function cropOf(places: Spot[]): Crop | null {
  const good = places.filter((s) => s.page && s.box && s.box.x1 > s.box.x0 && s.box.y1 > s.box.y0);
  const first = good[0];
  if (!first?.page || !first.box) return null;
  const boxes = good.flatMap((s) => (s.page === first.page && s.box ? [s.box] : []));
  const line = Math.min(...boxes.map((b) => b.y1 - b.y0));
  const pad = around * line;
  // The first places count: what does not fit beside them is left out.
  let { x0, y0, x1, y1 } = first.box;
  for (const b of boxes) {
    const left = Math.min(x0, b.x0), top = Math.min(y0, b.y0), right = Math.max(x1, b.x1), bottom = Math.max(y1, b.y1);
    if (right - left + 2 * pad > widest * line || bottom - top + 2 * pad > tallest * widest * line) continue;
    [x0, y0, x1, y1] = [left, top, right, bottom];
  }
  const width = Math.min(widest * line, Math.max(narrowest * line, x1 - x0 + 2 * pad, (y1 - y0 + 2 * pad) / shape));
  const height = width * shape;
  const from = (at: number, length: number, room: number) => Math.max(0, length + 2 * pad > room ? at - pad : at + length / 2 - room / 2);
  const left = Math.floor(from(x0, x1 - x0, width)), top = Math.floor(from(y0, y1 - y0, height));
  const box: Corners = [left, top, Math.ceil(left + width), Math.ceil(top + height)];
  const wide = box[2] - left, high = box[3] - top;
  const marks = boxes.flatMap((b): Corners[] => {
    const a = Math.max(b.x0, left), c = Math.max(b.y0, top), d = Math.min(b.x1, box[2]), e = Math.min(b.y1, box[3]);
    return a < d && c < e ? [[(a - left) / wide, (c - top) / high, (d - a) / wide, (e - c) / high]] : [];
  });
  return { page: first.page, box, marks };
}

/** onPage is how much of a card's picture there is, and where the marks are in it: at the right and lower edges of a page the server draws less than was asked for, in the shape of what there is. */
export function onPage({ box: [x0, y0, x1, y1], marks }: Crop, drawn: { width: number; height: number }): { width: number; height: number; marks: Corners[] } {
  const asked = (x1 - x0) / (y1 - y0), got = drawn.width / Math.max(1, drawn.height);
  const width = Math.min(1, got / asked), height = Math.min(1, asked / got);
  return { width, height, marks: marks.map(([x, y, w, h]) => [x / width, y / height, w / width, h / height]) };
}
