// What a card shows of a page: as much of it around what is cited as can be read in so small a picture.

import type { Places } from "./calls";
import type { Corners } from "./region";

/** Crop is a part of a page, none of it off the page; how much of a card's picture it fills, which is less than all of it on a small page; and the marks in it, in shares of the part: left, top, width, height. */
export interface Crop { page: number; box: Corners; width: number; height: number; marks: Corners[] }

const widest = 40, narrowest = 24; // lines' heights that a picture is wide: more cannot be read, less says too little
const tallest = 0.5; // of its width
const around = 1.2; // lines' heights beside what is cited

/** shape is how tall a card's picture is, by its width: always the same, so that nothing moves when it comes. */
export const shape = 0.4;

/** cropOf is the part of a page around places on it: those on the page where the first one is. Nobody can cut it out of a page whose size is not known. */
export function cropOf({ places, pages = [] }: Pick<Places, "places" | "pages">): Crop | null {
  const good = places.filter((s) => s.page && s.box && s.box.x1 > s.box.x0 && s.box.y1 > s.box.y0);
  const first = good[0], page = pages.find((p) => p.number === first?.page);
  if (!first?.page || !first.box || !page?.width || !page.height) return null;
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
  const width = Math.ceil(Math.min(widest * line, Math.max(narrowest * line, x1 - x0 + 2 * pad, (y1 - y0 + 2 * pad) / shape)));
  const height = Math.ceil(width * shape);
  const [left, right] = between(x0, x1, width, pad, page.width), [top, bottom] = between(y0, y1, height, pad, page.height);
  const wide = right - left, high = bottom - top;
  if (!(wide > 0 && high > 0)) return null; // the places are on no page of this size
  const marks = boxes.flatMap((b): Corners[] => {
    const a = Math.max(b.x0, left), c = Math.max(b.y0, top), d = Math.min(b.x1, right), e = Math.min(b.y1, bottom);
    return a < d && c < e ? [[(a - left) / wide, (c - top) / high, (d - a) / wide, (e - c) / high]] : [];
  });
  return { page: first.page, box: [left, top, right, bottom], width: wide / width, height: high / height, marks };
}

/** between is where a part so long begins and ends, with what is cited in its middle, or at its beginning if that is longer: moved so that it is on the page, and cut where that is shorter. */
function between(from: number, to: number, length: number, pad: number, page: number): [number, number] {
  const at = to - from + 2 * pad > length ? from - pad : (from + to - length) / 2;
  const start = Math.floor(Math.max(0, Math.min(at, page - length)));
  return [start, Math.min(page, start + length)];
}
