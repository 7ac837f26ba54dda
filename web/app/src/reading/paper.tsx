import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { IconButton } from "../parts/button";
import { Skeleton, Trouble } from "../parts/plain";
import { useText } from "../text";
import { rooms, type Sheet, type Spot } from "./calls";
import type { Shown } from "./load";
import { openPDF, TextLayer, type PDFDocumentProxy, type RenderTask } from "./pdf";

const between = 12, edge = 12; // pixels
const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** Paper shows the pages of a PDF as they look, with what is cited marked. Pages are fetched and drawn as they come into sight. */
export default function Paper({ shown }: { shown: Shown }) {
  const t = useText();
  const { hit, head, places, turn } = shown;
  const pages = useMemo(() => head.pages ?? [], [head]);
  const [pdf, setPDF] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState("");
  const [width, setWidth] = useState(0);
  const [zoom, setZoom] = useState(1);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const task = openPDF(rooms.file(hit.version));
    setPDF(null);
    setError("");
    let gone = false;
    task.promise.then((doc) => { if (!gone) setPDF(doc); }, () => { if (!gone) setError(t("reading_pdf_failed")); });
    return () => { gone = true; void task.destroy(); };
  }, [hit.version]);
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const size = new ResizeObserver(() => setWidth(el.clientWidth));
    size.observe(el);
    return () => size.disconnect();
  }, []);

  const widest = Math.max(1, ...pages.map((p) => p.width || 595));
  const scale = Math.max(0.1, ((width - 2 * edge) / widest) * zoom);
  const tall = useCallback((n: number) => (pages[n]?.height || 842) * scale + between, [pages, scale]);
  const rows = useVirtualizer({ count: width > 0 ? pages.length : 0, getScrollElement: () => box.current, estimateSize: tall, overscan: 1, paddingStart: edge });
  useEffect(() => { rows.measure(); }, [scale]);

  // The mark is a third down what is seen, until somebody scrolls; then what is seen stays, also in another size.
  const first = places.places.find((p) => p.page && p.box) ?? places.places.find((p) => p.page);
  const held = useRef({ key: "", scale: 0, moved: false });
  const all = rows.getTotalSize();
  useLayoutEffect(() => {
    const el = box.current, was = held.current;
    if (!el || width === 0) return;
    const key = `${hit.version} ${turn}`;
    let undo = () => {};
    if (was.key === key && was.moved) {
      if (was.scale !== scale) el.scrollTop *= scale / was.scale;
    } else {
      const page = first?.page ?? hit.page;
      let top = edge;
      for (let n = 0; n < page - 1; n++) top += tall(n);
      const to = Math.max(0, top + (first?.box?.y0 ?? 0) * scale - (first?.box ? el.clientHeight / 3 : 0));
      const go = () => { if (!held.current.moved && Math.abs(el.scrollTop - to) > 1) el.scrollTop = to; };
      // Again after the list of pages has found its own place, which begins at 0.
      let left = 10;
      const again = () => { go(); if (--left > 0) frame = requestAnimationFrame(again); };
      let frame = requestAnimationFrame(again);
      held.current = { key, scale, moved: false };
      go();
      undo = () => cancelAnimationFrame(frame);
      if (first?.box && zoom > 1) el.scrollLeft = Math.max(0, first.box.x0 * scale - el.clientWidth / 3);
    }
    held.current = { key, scale, moved: was.key === key && was.moved };
    return undo;
  }, [turn, width, hit, first, scale, tall, zoom, all]);
  const moved = () => { held.current.moved = true; };

  const step = (by: number) => setZoom((z) => zooms[Math.min(zooms.length - 1, Math.max(0, zooms.indexOf(z) + by))] ?? 1);
  return (
    <div className="paper-frame">
      <div className="room-body papers" ref={box} tabIndex={0} role="region" aria-label={t("reading_text", hit.title)} onWheel={moved} onPointerDown={moved} onTouchMove={moved} onKeyDown={moved}>
        {error ? <Trouble text={error} /> : !pdf && <div className="papers-wait"><Skeleton lines={6} /></div>}
        <div className="papers-in" style={{ height: rows.getTotalSize(), width: widest * scale + 2 * edge }}>
          {pdf && rows.getVirtualItems().map((row) => {
            const page = pages[row.index];
            return page && <PageView key={row.index} pdf={pdf} page={page} scale={scale} top={row.start} spots={places.places.filter((s) => s.page === page.number)} />;
          })}
        </div>
      </div>
      <div className="zoom" role="group" aria-label={t("reading_zoom")}>
        <IconButton small icon="minus" label={t("reading_smaller")} tip="top" disabled={zoom === zooms[0]} onClick={() => step(-1)} />
        <span className="num">{Math.round(zoom * 100)}%</span>
        <IconButton small icon="add" label={t("reading_larger")} tip="top" disabled={zoom === zooms.at(-1)} onClick={() => step(1)} />
      </div>
    </div>
  );
}

const mostPixels = 1 << 24; // of a canvas
const pad = 1; // pixels around what is marked

function PageView({ pdf, page, scale, top, spots }: { pdf: PDFDocumentProxy; page: Sheet; scale: number; top: number; spots: Spot[] }) {
  const t = useText();
  const picture = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(false);
  const width = (page.width || 595) * scale, height = (page.height || 842) * scale;
  useEffect(() => {
    let gone = false, task: RenderTask | null = null, layer: InstanceType<typeof TextLayer> | null = null;
    void (async () => {
      const proxy = await pdf.getPage(page.number);
      const natural = proxy.getViewport({ scale: 1 });
      const fit = width / natural.width; // a page may count in other units than points
      const dots = Math.min(devicePixelRatio || 1, Math.sqrt(mostPixels / Math.max(1, width * height)));
      if (gone) return;
      const el = document.createElement("canvas"); // a new one each time: what is drawn in another size may not have ended yet
      el.width = Math.round(width * dots);
      el.height = Math.round(height * dots);
      task = proxy.render({ canvas: el, viewport: proxy.getViewport({ scale: fit * dots }) });
      await task.promise;
      if (gone || !text.current) return;
      picture.current?.replaceChildren(el);
      setDrawn(true);
      text.current.replaceChildren();
      layer = new TextLayer({ textContentSource: proxy.streamTextContent(), container: text.current, viewport: proxy.getViewport({ scale: fit }) });
      await layer.render();
    })().catch(() => {}); // a page that cannot be drawn stays white, as its structure is elsewhere
    return () => { gone = true; setDrawn(false); task?.cancel(); layer?.cancel(); };
  }, [pdf, page, width, height]);
  return (
    <div className="sheet-paper" data-page={page.number} data-drawn={drawn || undefined} style={{ top, width, height }} role="group" aria-label={t("reading_page", page.number)}>
      <div ref={picture} className="sheet-picture" aria-hidden="true" />
      {spots.map((s, n) => s.box && (
        <div key={n} className={"paper-mark" + (s.exact ? "" : " unsure")} style={{ left: s.box.x0 * scale - pad, top: s.box.y0 * scale - pad, width: (s.box.x1 - s.box.x0) * scale + 2 * pad, height: (s.box.y1 - s.box.y0) * scale + 2 * pad }} />
      ))}
      <div ref={text} className="text-layer" style={{ "--total-scale-factor": String(scale) } as React.CSSProperties} />
    </div>
  );
}
