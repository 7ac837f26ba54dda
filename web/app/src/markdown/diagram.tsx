import { useEffect, useRef, useState } from "react";
import { useStore } from "../store";
import { drawnDark } from "../look";
import { useText } from "../text";

const heights = new Map<string, number>(); // of what has been drawn, so that a list does not jump when it is drawn again
const patience = 15_000; // ms until a diagram that does not come is given up

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
  const fail = useRef(onFail);
  fail.current = onFail;
  useEffect(() => {
    const el = frame.current;
    if (!el) return;
    const id = next++;
    const ask = () => el.contentWindow?.postMessage({ id, source: code, dark }, "*"); // a frame without an origin has no other name
    const timer = setTimeout(() => fail.current(), patience);
    const hear = (e: MessageEvent<Told>) => {
      if (e.source !== el.contentWindow || typeof e.data !== "object" || e.data === null) return;
      if (e.data.ready) ask();
      else if (e.data.id === id && e.data.failed) fail.current();
      else if (typeof e.data.height === "number" && (e.data.id === id || e.data.id === 0)) {
        clearTimeout(timer);
        const tall = Math.min(4000, Math.max(24, Math.round(e.data.height)));
        heights.set(code, tall);
        setHeight(tall);
      }
    };
    addEventListener("message", hear);
    ask(); // it may be there already, with another text or in other colours
    return () => { clearTimeout(timer); removeEventListener("message", hear); };
  }, [code, dark]);
  return (
    <div className={"diagram" + (height ? "" : " waiting")} aria-busy={!height}>
      <iframe ref={frame} src="/frame/diagram.html" sandbox="allow-scripts" title={t("diagram")} loading="eager" style={height ? { height } : undefined} />
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
