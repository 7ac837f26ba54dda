import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import { askAbout, useAsked } from "../talk/region";
import type { Sheet, Spot } from "./calls";
import type { Shown } from "./load";
import { Picker, type Picking } from "./picker";
import { fit, sameRegion, type Region } from "./region";
import { pick, useReading } from "./state";

const between = 12, edge = 12; // pixels
const zooms = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]; // of the natural size
const largest = 2; // of the natural size, that a whole page is shown in
const pad = 1; // pixels around what is marked
const fingers = matchMedia("(pointer: coarse)");
const paper: [number, number] = [595, 842]; // points of a page that says no size

const widthOf = (p: Sheet | undefined): number => p?.width || paper[0];
const heightOf = (p: Sheet | undefined): number => p?.height || paper[1];

/** Drawn is a page as it is to be drawn: width and height in pixels, scale in pixels a point. */
export interface Drawn { page: Sheet; width: number; height: number; scale: number; onDrawn(drawn: boolean): void }

export interface FacsimileProps {
  shown: Shown;
  natural: number; // pixels that a point has in its natural size
  whole: boolean; // it begins with a whole page in sight, and not with one as wide as the room
  ready: boolean; // pages can be drawn
  instead?: ReactNode; // is shown until then, or because they cannot
  draw(page: Drawn): ReactNode;
}

/** Facsimile shows pages as they look, with what is cited marked, and lets a part of one be chosen. Pages are drawn as they come into sight. */
export function Facsimile({ shown, natural, whole, ready, instead, draw }: FacsimileProps) {
  const t = useText();
  const { hit, source, head, places, turn } = shown;
  const pages = useMemo(() => head.pages ?? [], [head]);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const [chosen, setChosen] = useState(0); // pixels a point; 0 is what fits
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const size = new ResizeObserver(() => setRoom({ width: el.clientWidth, height: el.clientHeight }));
    size.observe(el);
    return () => size.disconnect();
  }, []);

  const widest = Math.max(1, ...pages.map(widthOf)), tallest = Math.max(1, ...pages.map(heightOf));
  const wide = (room.width - 2 * edge) / widest;
  const fitting = Math.max(0.01, whole ? Math.min(wide, (room.height - 2 * edge) / tallest, largest * natural) : wide);
  const scale = chosen || fitting;
  const tall = useCallback((n: number) => heightOf(pages[n]) * scale + between, [pages, scale]);
  const rows = useVirtualizer({ count: room.width > 0 ? pages.length : 0, getScrollElement: () => box.current, estimateSize: tall, overscan: 1, paddingStart: edge });
  useEffect(() => { rows.measure(); }, [scale]);

  // The mark is a third down what is seen, until somebody scrolls; then what is seen stays, also in another size.
  const first = useMemo(() => aimOf(shown), [shown]);
  const held = useRef({ key: "", scale: 0, moved: false });
  const all = rows.getTotalSize();
  useLayoutEffect(() => {
    const el = box.current, was = held.current;
    if (!el || room.width === 0) return;
    const key = `${hit.version} ${turn}`;
    let undo = () => {};
    if (was.key === key && was.moved) {
      if (was.scale !== scale) el.scrollTop *= scale / was.scale;
    } else {
      const page = first?.page ?? hit.page;
      let top = edge;
      for (let n = 0; n < page - 1; n++) top += tall(n);
      const to = Math.max(0, top + (first?.y ?? 0) * scale - (first?.y === undefined ? 0 : el.clientHeight / 3));
      const go = () => { if (!held.current.moved && Math.abs(el.scrollTop - to) > 1) el.scrollTop = to; };
      // Again after the list of pages has found its own place, which begins at 0.
      let left = 10;
      const again = () => { go(); if (--left > 0) frame = requestAnimationFrame(again); };
      let frame = requestAnimationFrame(again);
      held.current = { key, scale, moved: false };
      go();
      undo = () => cancelAnimationFrame(frame);
      if (first?.x !== undefined && widest * scale > room.width) el.scrollLeft = Math.max(0, first.x * scale - el.clientWidth / 3);
    }
    held.current = { key, scale, moved: was.key === key && was.moved };
    return undo;
  }, [turn, room, hit, first, scale, tall, all]);
  const moved = () => { held.current.moved = true; };

  const inSight = () => {
    const el = box.current, middle = (el?.scrollTop ?? 0) + (el?.clientHeight ?? 0) / 2;
    return rows.getVirtualItems().find((row) => row.start + row.size > middle)?.index ?? 0;
  };
  const picking = usePicking(shown, scale, { box, inSight, topOf: (n) => rows.getOffsetForIndex(n, "start")?.[0] ?? 0, show: (n) => { moved(); rows.scrollToIndex(n, { align: "start" }); } });
  const asked = useAsked(source.file ? "" : hit.version); // what is asked about is of the document itself
  const drawn = [...(hit.region ? [hit.region] : []), ...asked.filter((a) => !sameRegion(a, hit.region))];

  const step = (to: number | undefined) => { if (to) { moved(); setChosen(to * natural); } };
  const now = scale / natural;
  const smaller = zooms.findLast((z) => z < now * 0.99), larger = zooms.find((z) => z > now * 1.01);
  return (
    <div className="paper-frame">
      {picking && <PickBar picking={picking} />}
      <div className="room-body papers" ref={box} tabIndex={0} role="region" aria-label={t("reading_text", hit.title)} onWheel={moved} onPointerDown={moved} onTouchMove={moved} onKeyDown={moved}>
        {instead}
        <div className="papers-in" style={{ height: rows.getTotalSize(), width: widest * scale + 2 * edge }}>
          {ready && rows.getVirtualItems().map((row) => {
            const page = pages[row.index];
            return page && <PageView key={row.index} page={page} scale={scale} top={row.start} spots={places.places.filter((s) => s.page === page.number)}
              regions={drawn.filter((r) => r.page === page.number)} draw={draw} picking={picking} />;
          })}
        </div>
      </div>
      <div className="zoom" role="group" aria-label={t("reading_zoom")}>
        <IconButton small icon="minus" label={t("reading_smaller")} tip="top" disabled={!smaller} onClick={() => step(smaller)} />
        <span className="num">{Math.round(now * 100)}%</span>
        <IconButton small icon="add" label={t("reading_larger")} tip="top" disabled={!larger} onClick={() => step(larger)} />
        <IconButton small icon="fit" label={t("reading_fit")} tip="top" aria-pressed={chosen === 0} onClick={() => setChosen(0)} />
        <Button small kind="quiet" aria-label={t("reading_natural")} data-tip={t("reading_natural")} data-tip-side="top" aria-pressed={chosen === natural} onClick={() => step(1)}>1:1</Button>
      </div>
    </div>
  );
}

/** aimOf is what the room is opened at: a page, and where on it, in points. */
function aimOf({ hit, places }: Shown): { page: number; x?: number; y?: number } | undefined {
  if (hit.region) return { page: hit.region.page, x: hit.region.box[0], y: hit.region.box[1] };
  const spot = places.places.find((p) => p.page && p.box) ?? places.places.find((p) => p.page);
  return spot?.page ? { page: spot.page, x: spot.box?.x0, y: spot.box?.y0 } : undefined;
}

interface Window { box: React.RefObject<HTMLDivElement | null>; inSight(): number; topOf(n: number): number; show(n: number): void }

/** usePicking is the choosing of a part of a page, while it goes on. It begins with a box in the middle of what is seen. */
function usePicking({ hit, source, head }: Shown, scale: number, { box, inSight, topOf, show }: Window): Picking | null {
  const on = useReading((r) => r.picking) && !source.file;
  const [region, setRegion] = useState<Region | null>(null);
  const pages = head.pages ?? [];
  useEffect(() => {
    const el = box.current;
    if (!on || !el) { setRegion(null); return; }
    const n = inSight(), page = pages[n];
    if (!page) return;
    const top = (el.scrollTop - topOf(n)) / scale, bottom = top + el.clientHeight / scale;
    const width = widthOf(page), height = heightOf(page);
    const y = (Math.max(0, top) + Math.min(height, bottom)) / 2, tall = Math.min(height, el.clientHeight / scale) / 8;
    setRegion({ page: page.number, box: fit([width * 0.25, y - tall, width * 0.75, y + tall], { width, height }, 1) });
    // Only where it begins: what is seen later does not move the box.
  }, [on]);
  if (!on) return null;
  const end = () => { pick(false); box.current?.focus({ preventScroll: true }); };
  return {
    region, onRegion: setRegion, onStop: end, onTake: (taken) => { end(); void askAbout(hit, taken); },
    onTurn: (by) => {
      const n = pages.findIndex((p) => p.number === region?.page) + by, page = pages[n];
      if (!page || !region) return;
      show(n);
      setRegion({ page: page.number, box: fit(region.box, { width: widthOf(page), height: heightOf(page) }, 1) });
    },
  };
}

/** PickBar says how a part is chosen, and does it for whoever has neither mouse nor keyboard. */
function PickBar({ picking }: { picking: Picking }) {
  const t = useText();
  const { region, onTake, onStop } = picking;
  return (
    <div className="pick-bar" role="group" aria-label={t("pick")}>
      <p id="pick-how" className="grow"><Icon name="crop" size={16} />{t(fingers.matches ? "pick_how_touch" : "pick_how")}</p>
      <Button small kind="main" disabled={!region} onClick={() => region && onTake(region)}>{t("pick_take")}</Button>
      <Button small onClick={onStop}>{t("cancel")}</Button>
    </div>
  );
}

interface PageProps { page: Sheet; scale: number; top: number; spots: Spot[]; regions: Region[]; draw(page: Drawn): ReactNode; picking: Picking | null }

function PageView({ page, scale, top, spots, regions, draw, picking }: PageProps) {
  const t = useText();
  const [drawn, setDrawn] = useState(false);
  const width = widthOf(page) * scale, height = heightOf(page) * scale;
  return (
    <div className="sheet-paper" data-page={page.number} data-drawn={drawn || undefined} style={{ top, width, height }} role="group" aria-label={t("reading_page", page.number)}>
      {draw({ page, width, height, scale, onDrawn: setDrawn })}
      {spots.map((s, n) => s.box && (
        <div key={n} className={"paper-mark" + (s.exact ? "" : " unsure")} style={{ left: s.box.x0 * scale - pad, top: s.box.y0 * scale - pad, width: (s.box.x1 - s.box.x0) * scale + 2 * pad, height: (s.box.y1 - s.box.y0) * scale + 2 * pad }} />
      ))}
      {regions.map(({ box: [x0, y0, x1, y1] }, n) => <div key={n} className="paper-box" style={{ left: x0 * scale, top: y0 * scale, width: (x1 - x0) * scale, height: (y1 - y0) * scale }} />)}
      {picking && <Picker page={{ ...page, width: widthOf(page), height: heightOf(page) }} scale={scale} picking={picking} />}
    </div>
  );
}
