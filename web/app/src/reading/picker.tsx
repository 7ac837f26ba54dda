import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from "react";
import { announce } from "../announce";
import { composing } from "../keys";
import { useText } from "../text";
import type { Sheet } from "./calls";
import { fit, moved, sharesOf, sized, type Corners, type Region } from "./region";

const least = 8; // pixels: what is smaller was a click, and not a box
const stride = 10; // pixels that an arrow moves; one with Ctrl
const calm = 500; // ms after which it is told where the box is

export interface Picking {
  region: Region | null;
  onRegion(to: Region | null): void;
  onTake(region: Region): void;
  onStop(): void;
  onTurn(by: number): void; // to another page
}

/** Picker lies over a page: a box is drawn on it by mouse, pen or finger, or moved by the keyboard. */
export function Picker({ page, scale, picking }: { page: Sheet; scale: number; picking: Picking }) {
  const { region, onRegion, onTake } = picking;
  const from = useRef<{ x: number; y: number; before: Region | null } | null>(null);
  const size = { width: page.width ?? 0, height: page.height ?? 0 };
  const at = (e: PointerEvent<HTMLElement>) => {
    const r = e.currentTarget.getBoundingClientRect();
    return { x: (e.clientX - r.left) / scale, y: (e.clientY - r.top) / scale };
  };
  const drawn = (e: PointerEvent<HTMLElement>): Corners | null => {
    const a = from.current, b = at(e);
    if (!a || Math.abs(a.x - b.x) * scale < least || Math.abs(a.y - b.y) * scale < least) return null;
    return fit([a.x, a.y, b.x, b.y], size, least / scale);
  };
  const end = (e: PointerEvent<HTMLElement>, take: boolean) => {
    const a = from.current, box = drawn(e);
    from.current = null;
    if (!a) return;
    if (take && box) onTake({ page: page.number, box });
    else onRegion(a.before);
  };
  return (
    <div className="pick"
      onPointerDown={(e) => {
        if (e.button !== 0 || !e.isPrimary) return;
        e.preventDefault(); // nothing is selected, and the focus stays
        e.currentTarget.setPointerCapture(e.pointerId);
        from.current = { ...at(e), before: region };
      }}
      onPointerMove={(e) => { const box = drawn(e); if (box) onRegion({ page: page.number, box }); }}
      onPointerUp={(e) => end(e, true)} onPointerCancel={(e) => end(e, false)}>
      {region?.page === page.number && <PickBox page={page} scale={scale} box={region.box} picking={picking} />}
    </div>
  );
}

/** PickBox is the box itself: arrows move it, with Shift they size it, Enter takes it. */
function PickBox({ page, scale, box, picking }: { page: Sheet; scale: number; box: Corners; picking: Picking }) {
  const t = useText();
  const el = useRef<HTMLDivElement>(null);
  const size = { width: page.width ?? 1, height: page.height ?? 1 };
  const told = t("pick_box", page.number, ...sharesOf(box, size));
  useEffect(() => { el.current?.focus({ preventScroll: true }); }, []);
  useEffect(() => {
    const timer = setTimeout(() => announce(told), calm);
    return () => clearTimeout(timer);
  }, [told]);
  const keys = (e: KeyboardEvent) => {
    if (composing(e.nativeEvent) || e.altKey) return;
    const step = (e.ctrlKey || e.metaKey ? 1 : stride) / scale;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[e.key] as [number, number] | undefined;
    if (by) {
      picking.onRegion({ page: page.number, box: e.shiftKey ? sized(box, ...by, size, least / scale) : moved(box, ...by, size) });
      requestAnimationFrame(() => el.current?.scrollIntoView({ block: "nearest", inline: "nearest" }));
    } else if (e.key === "Enter") picking.onTake({ page: page.number, box });
    else if (e.key === "Escape") picking.onStop();
    else if (e.key === "PageDown" || e.key === "PageUp") picking.onTurn(e.key === "PageDown" ? 1 : -1);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const [x0, y0, x1, y1] = box;
  return (
    <div ref={el} className="pick-box" role="application" tabIndex={0} aria-label={told} aria-describedby="pick-how" onKeyDown={keys}
      style={{ left: x0 * scale, top: y0 * scale, width: (x1 - x0) * scale, height: (y1 - y0) * scale }} />
  );
}
