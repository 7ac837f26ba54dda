import katex from "katex";
import "katex/dist/katex.min.css";

/** set writes a formula into an element. It builds elements, not markup, and follows no link. */
export function set(tex: string, display: boolean, into: HTMLElement): void {
  const box = document.createElement("span");
  try {
    katex.render(tex, box, { displayMode: display, throwOnError: true, trust: false, strict: "ignore", maxExpand: 500, maxSize: 40 });
  } catch {
    const code = document.createElement("code");
    code.textContent = tex;
    box.replaceChildren(code);
  }
  into.replaceChildren(box);
}
