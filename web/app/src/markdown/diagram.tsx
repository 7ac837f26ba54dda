import { useEffect, useRef, useState } from "react";
import { useStore } from "../store";
import { drawnDark } from "../look";
import { useText } from "../text";
import { whenFree } from "./drawing";

const heights = new Map<string, number>(); // of what has been drawn, so that a list does not jump when it is drawn again
const patience = 15_000; // ms until a diagram that does not come is given up
const most = 200; // heights that are known at once

function keepHeight(code: string, height: number): void {
  heights.delete(code);
  heights.set(code, height);
  for (const first of heights.keys()) {
    if (heights.size <= most) break;
    heights.delete(first);
  }
}

interface Told { id: number; ready?: boolean; failed?: boolean; height?: number }

let next = 1;

/**
 * Diagram draws a text in a frame that has no origin and loads nothing, and so can do nothing with what it draws. onFail is
 * told when it is no diagram.
 */
export function Diagram({ code, onFail }: { code: string; onFail(): void }) {
  const t = useText();
  const dark = useStore(drawnDark, (s) => s.dark);
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(heights.get(code) ?? 0);
  const [free, setFree] = useState(false); // there is room for its frame
  const fail = useRef(onFail);
  fail.current = onFail;
  useEffect(() => {
    const id = next++;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => frame.current?.contentWindow?.postMessage({ id, source: code, dark }, "*"); // a frame without an origin has no other name
    const over = whenFree(code, () => {
      setFree(true);
      timer = setTimeout(() => { over(false); fail.current(); }, patience);
      ask(); // it may be there already, with another text or in other colours
    });
    const hear = (e: MessageEvent<Told>) => {
      if (!frame.current || e.source !== frame.current.contentWindow || typeof e.data !== "object" || e.data === null) return;
      if (e.data.ready) { if (timer !== undefined) ask(); return; }
      if (e.data.id === id) { clearTimeout(timer); over(); }
      if (e.data.id === id && e.data.failed) fail.current();
      else if (typeof e.data.height === "number" && (e.data.id === id || e.data.id === 0)) {
        const tall = Math.min(4000, Math.max(24, Math.round(e.data.height)));
        keepHeight(code, tall);
        setHeight(tall);
      }
    };
    addEventListener("message", hear);
    return () => { clearTimeout(timer); over(); removeEventListener("message", hear); };
  }, [code, dark]);
  return (
    <div className={"diagram" + (height ? "" : " waiting")} aria-busy={!height}>
      {free && <iframe ref={frame} src="/frame/diagram.html" sandbox="allow-scripts" title={t("diagram")} loading="eager" style={height ? { height } : undefined} />}
      {!height && <p className="quiet small" role="status"><span className="pulse" />{t("diagram_wait")}</p>}
    </div>
  );
}

/** useStill is a text once it has not changed for a while: half a diagram is none. */
export function useStill(text: string, wait: number): string | null {
  const [still, setStill] = useState<string | null>(heights.has(text) ? text : null);
  useEffect(() => {
    if (still === text) return;
    const timer = setTimeout(() => setStill(text), wait);
    return () => clearTimeout(timer);
  }, [text, still, wait]);
  return still === text ? still : null;
}
