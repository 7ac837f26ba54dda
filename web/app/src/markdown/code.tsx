import { Children, createContext, isValidElement, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { IconButton } from "../parts/button";
import { copyText } from "../copy";
import { useText } from "../text";
import { Diagram, useStill } from "./diagram";
import { hung } from "./drawing";
import type { Token } from "./highlight";

/** textOf is the text of what was drawn. */
export function textOf(node: ReactNode): string {
  let out = "";
  Children.forEach(node, (child) => {
    if (typeof child === "string" || typeof child === "number") out += child;
    else if (isValidElement<{ children?: ReactNode }>(child)) out += textOf(child.props.children);
  });
  return out;
}

/** DrawOnAsk is true where what others have written is read: there a diagram is drawn when somebody wants it. */
export const DrawOnAsk = createContext(false);

const wait = 150; // ms without a change before code is coloured

/** useTokens colours code once it has stood still; until then, and where no language is known, it is null. */
function useTokens(code: string, lang: string): Token[][] | null {
  const [tokens, setTokens] = useState<{ code: string; lines: Token[][] } | null>(null);
  useEffect(() => {
    if (!lang || code.length > 60_000) return;
    let gone = false;
    const timer = setTimeout(() => {
      import("./highlight").then((m) => m.highlight(code, lang)).then((lines) => {
        if (!gone && lines) setTokens({ code, lines });
      }, () => {});
    }, wait);
    return () => { gone = true; clearTimeout(timer); };
  }, [code, lang]);
  return tokens?.code === code ? tokens.lines : null;
}

export function CodeBlock({ children }: { children?: ReactNode }) {
  const child = Children.toArray(children).find((c) => isValidElement<{ className?: string; children?: ReactNode }>(c));
  const props = isValidElement<{ className?: string; children?: ReactNode }>(child) ? child.props : {};
  const code = textOf(props.children).replace(/\n$/, "");
  const lang = /language-([\w+#.-]+)/.exec(props.className ?? "")?.[1]?.toLowerCase() ?? "";
  if (props.className?.includes("math-display") || lang === "math") return <Formula tex={code} display />;
  return <Code code={code} lang={lang} />;
}

export function Code({ code, lang }: { code: string; lang: string }) {
  const t = useText();
  const tokens = useTokens(code, lang);
  const kind = drawingOf(code, lang);
  const still = useStill(code, 600);
  const onAsk = useContext(DrawOnAsk);
  const careful = useMemo(() => kind === "mermaid" && (onAsk || (still !== null && hung(still))), [kind, onAsk, still]);
  const [chosen, setChosen] = useState<boolean | null>(null); // somebody wants to see the code, or the drawing
  const source = chosen ?? careful;
  const [failed, setFailed] = useState("");
  const drawn = kind !== "" && !source && still !== null && failed !== code;
  return (
    <figure className="code" data-code-lang={lang}>
      <figcaption>
        <span className="grow">{lang || t("code")}</span>
        {kind !== "" && still !== null && failed !== code && <IconButton small icon={drawn ? "list" : "eye"} label={t(drawn ? "code_show" : "code_draw")} aria-pressed={source} className="code-draw" onClick={() => setChosen(!source)} />}
        <IconButton small icon="copy" label={t("code_copy")} className="code-copy" onClick={() => copyText(code)} />
      </figcaption>
      {drawn && kind === "svg" && <Drawing svg={code} onFail={() => setFailed(code)} />}
      {drawn && kind === "mermaid" && <Diagram code={code} onFail={() => setFailed(code)} />}
      {!drawn && (
        <pre tabIndex={0} aria-label={t("code")}><code>
          {tokens ? tokens.map((line, n) => <span key={n}>{line.map((k, i) => <span key={i} className={k.kind}>{k.text}</span>)}{"\n"}</span>) : code}
        </code></pre>
      )}
      {kind !== "" && failed === code && <p className="code-note" role="note">{t(kind === "svg" ? "code_draw_failed" : "diagram_failed")}</p>}
    </figure>
  );
}

/** drawingOf is how code can be drawn: it must be whole. */
function drawingOf(code: string, lang: string): "svg" | "mermaid" | "" {
  if (lang === "mermaid") return code.trim() === "" ? "" : "mermaid";
  const svg = lang === "svg" || ((lang === "xml" || lang === "html") && /^\s*<svg[\s>]/i.test(code));
  return svg && /<\/svg>\s*$|\/>\s*$/i.test(code) ? "svg" : "";
}

/** Drawing shows SVG as an image: so it runs no script and loads nothing. */
function Drawing({ svg, onFail }: { svg: string; onFail(): void }) {
  const t = useText();
  const source = /\sxmlns=/.test(svg) ? svg : svg.replace(/<svg/i, '<svg xmlns="http://www.w3.org/2000/svg"');
  return <div className="drawing"><img alt={t("code_drawing")} src={"data:image/svg+xml;charset=utf-8," + encodeURIComponent(source)} onError={onFail} /></div>;
}

/** Formula sets TeX. Until the setter is here, and where it does not understand, the TeX is shown. */
export function Formula({ tex, display = false }: { tex: string; display?: boolean }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let gone = false;
    import("./math").then((m) => { if (!gone && ref.current) m.set(tex, display, ref.current); }, () => {});
    return () => { gone = true; };
  }, [tex, display]);
  return <span key={tex} className={display ? "formula display" : "formula"} tabIndex={display ? 0 : undefined}><span ref={ref}><code>{tex}</code></span></span>;
}
