// A part of a page that somebody has drawn a box around: to be asked about, shown, and thumbed.

import type { Source } from "./calls";

/** Corners are left, top, right and bottom in points of the page; a picture's pixel is a point. */
export type Corners = [number, number, number, number];

/** Region is a box on a page of a document; pages are counted from 1. */
export interface Region { page: number; box: Corners }

export interface Size { width: number; height: number }

const finest = 100; // parts of a point that a corner is told in

const within = (n: number, least: number, most: number): number => Math.min(Math.max(n, least), Math.max(least, most));
const round = (n: number): number => Math.round(n * finest) / finest;

/** fit has a box lie on the page, right way round, and be no smaller than least a side where the page is not. */
export function fit([a, b, c, d]: Corners, page: Size, least: number): Corners {
  const x0 = within(Math.min(a, c), 0, page.width), y0 = within(Math.min(b, d), 0, page.height);
  const x1 = within(Math.max(a, c), 0, page.width), y1 = within(Math.max(b, d), 0, page.height);
  const left = within(x0, 0, page.width - least), top = within(y0, 0, page.height - least);
  return [round(left), round(top), round(Math.min(page.width, Math.max(x1, left + least))), round(Math.min(page.height, Math.max(y1, top + least)))];
}

/** moved is a box as far from where it was as the page allows, and as large. */
export function moved(box: Corners, dx: number, dy: number, page: Size): Corners {
  const [x0, y0, x1, y1] = box;
  const x = within(dx, -x0, page.width - x1), y = within(dy, -y0, page.height - y1);
  return [round(x0 + x), round(y0 + y), round(x1 + x), round(y1 + y)];
}

/** sized is a box whose right and lower sides were moved. */
export const sized = ([x0, y0, x1, y1]: Corners, dx: number, dy: number, page: Size, least: number): Corners =>
  [x0, y0, round(within(x1 + dx, Math.min(page.width, x0 + least), page.width)), round(within(y1 + dy, Math.min(page.height, y0 + least), page.height))];

/** sharesOf says in whole percents of the page where a box begins and how large it is: left, top, width, height. */
export const sharesOf = ([x0, y0, x1, y1]: Corners, page: Size): [number, number, number, number] =>
  [Math.round((100 * x0) / page.width), Math.round((100 * y0) / page.height), Math.round((100 * (x1 - x0)) / page.width), Math.round((100 * (y1 - y0)) / page.height)];

/** sameRegion says whether two are the same part of the same page. */
export const sameRegion = (a: Region | undefined, b: Region | undefined): boolean => a?.page === b?.page && String(a?.box) === String(b?.box);

/** cornersOf reads four numbers that make a box, or nothing. */
export function cornersOf(v: unknown): Corners | undefined {
  if (!Array.isArray(v) || v.length !== 4 || !v.every((n) => Number.isFinite(n))) return undefined;
  const [x0, y0, x1, y1] = v as Corners;
  return x0 < x1 && y0 < y1 ? [x0, y0, x1, y1] : undefined;
}

export const widest = 2000; // pixels of a picture that the server makes

/** pictureAt is the address of the picture of a page, or of a part of it, so many pixels wide. */
export function pictureAt({ version, file }: Source, page: number, width: number, box?: Corners): string {
  const q = new URLSearchParams({ page: String(page), width: String(Math.min(widest, Math.max(1, Math.round(width)))) });
  if (file) q.set("file", file);
  if (box) q.set("box", box.join());
  return `/api/versions/${encodeURIComponent(version)}/picture?${q}`;
}

/** Tile is a part of a page that is one picture. */
export interface Tile { box?: Corners; left: number; top: number; width: number; height: number } // in shares of the page

/** tilesOf cuts a page that is to be so many pixels wide into pictures that the server makes: neither side of one is more than widest. Cuts lie between points. */
export function tilesOf(page: Size, pixels: number): Tile[] {
  const n = Math.max(1, Math.ceil(pixels / widest)), m = Math.max(1, Math.ceil((pixels * page.height) / page.width / widest));
  if (n * m === 1) return [{ left: 0, top: 0, width: 1, height: 1 }];
  const cuts = (length: number, parts: number) => [...new Set(Array.from({ length: parts + 1 }, (_, i) => Math.round((i * length) / parts)))];
  const xs = cuts(page.width, n), ys = cuts(page.height, m);
  return ys.slice(1).flatMap((y1, j) => xs.slice(1).map((x1, i): Tile => {
    const x0 = xs[i] ?? 0, y0 = ys[j] ?? 0;
    return { box: [x0, y0, x1, y1], left: x0 / page.width, top: y0 / page.height, width: (x1 - x0) / page.width, height: (y1 - y0) / page.height };
  }));
}
