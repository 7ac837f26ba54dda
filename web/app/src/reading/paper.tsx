import { useEffect, useRef, useState } from "react";
import { Skeleton, Trouble } from "../parts/plain";
import { useText } from "../text";
import { rooms, sourceKey } from "./calls";
import { Facsimile, type Drawn } from "./facsimile";
import type { Shown } from "./load";
import { openPDF, TextLayer, type PDFDocumentProxy, type RenderTask } from "./pdf";

const natural = 96 / 72; // pixels a point

/** Paper shows the pages of a PDF as they look. They are fetched and drawn as they come into sight. */
export default function Paper({ shown }: { shown: Shown }) {
  const t = useText();
  const { source } = shown;
  const here = sourceKey(source);
  const [pdf, setPDF] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    const task = openPDF(rooms.file(source), source.file !== "");
    setPDF(null);
    setError("");
    let gone = false;
    task.promise.then((doc) => { if (!gone) setPDF(doc); }, () => { if (!gone) setError(t("reading_pdf_failed")); });
    return () => { gone = true; void task.destroy(); };
  }, [here]);
  const instead = error ? <Trouble text={error} /> : !pdf && <div className="papers-wait"><Skeleton lines={6} /></div>;
  return <Facsimile shown={shown} natural={natural} whole={false} ready={pdf !== null} instead={instead} draw={(p) => pdf && <PDFPage pdf={pdf} {...p} />} />;
}

const mostPixels = 1 << 24; // of a canvas

function PDFPage({ pdf, page, width, height, scale, onDrawn }: Drawn & { pdf: PDFDocumentProxy }) {
  const picture = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false, task: RenderTask | null = null, layer: InstanceType<typeof TextLayer> | null = null;
    void (async () => {
      const proxy = await pdf.getPage(page.number);
      const shape = proxy.getViewport({ scale: 1 });
      const fit = width / shape.width; // a page may count in other units than points
      const dots = Math.min(devicePixelRatio || 1, Math.sqrt(mostPixels / Math.max(1, width * height)));
      if (gone) return;
      const el = document.createElement("canvas"); // a new one each time: what is drawn in another size may not have ended yet
      el.width = Math.round(width * dots);
      el.height = Math.round(height * dots);
      task = proxy.render({ canvas: el, viewport: proxy.getViewport({ scale: fit * dots }) });
      await task.promise;
      if (gone || !text.current) return;
      picture.current?.replaceChildren(el);
      onDrawn(true);
      text.current.replaceChildren();
      layer = new TextLayer({ textContentSource: proxy.streamTextContent(), container: text.current, viewport: proxy.getViewport({ scale: fit }) });
      await layer.render();
    })().catch(() => {}); // a page that cannot be drawn stays white, as its structure is elsewhere
    return () => { gone = true; onDrawn(false); task?.cancel(); layer?.cancel(); };
  }, [pdf, page, width, height]);
  return (
    <>
      <div ref={picture} className="sheet-picture" aria-hidden="true" />
      <div ref={text} className="text-layer" style={{ "--total-scale-factor": String(scale) } as React.CSSProperties} />
    </>
  );
}
