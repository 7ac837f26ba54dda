import { useEffect, useRef, useState, type RefObject } from "react";

/** useWidth is how wide an element is, in pixels: what is drawn in it has letters of one size on every screen. */
export function useWidth(first: number): [RefObject<HTMLElement | null>, number] {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const el = ref.current;
    if (!el) return;
    const size = new ResizeObserver(() => setWidth(Math.max(240, Math.round(el.clientWidth))));
    size.observe(el);
    return () => size.disconnect();
  }, []);
  return [ref, width];
}
