// The page within a page that draws diagrams. It is sandboxed: it has no origin, no storage, no cookie, and its policy lets
// it load nothing but this script. So what somebody else wrote is drawn here, and what it is drawn with may be wrong about it.
// A text comes in as a message, and how tall its picture is, or that there is none, goes back.

import mermaid from "mermaid";
import { harmless } from "./harmless";
import "./diagram.css";

interface Ask { id: number; source: string; dark: boolean }

const font = '"Pretendard Variable", Pretendard, sans-serif';

const light = {
  background: "#ffffff", primaryColor: "#f7f1f2", primaryBorderColor: "#c98a9e", primaryTextColor: "#1d1b1a", secondaryColor: "#eef2f8", tertiaryColor: "#f4f3f1",
  lineColor: "#726c68", textColor: "#1d1b1a", dropShadow: "none", noteTextColor: "#1d1b1a", noteBkgColor: "#fdf4e3", noteBorderColor: "#d8b877", clusterBkg: "#faf9f8", clusterBorder: "#d9d5d2", edgeLabelBackground: "#ffffff",
};
const dark = {
  background: "#141416", primaryColor: "#33242a", primaryBorderColor: "#a4566f", primaryTextColor: "#f1efee", secondaryColor: "#232a36", tertiaryColor: "#242427",
  lineColor: "#a09a97", textColor: "#f1efee", dropShadow: "none", noteTextColor: "#f1efee", noteBkgColor: "#3a3222", noteBorderColor: "#8a7443", clusterBkg: "#1c1c1f", clusterBorder: "#47474c", edgeLabelBackground: "#1c1c1f",
};

// What a text may not say about how it is drawn: nothing at all.
const settings = ["secure", "securityLevel", "startOnLoad", "maxTextSize", "maxEdges", "suppressErrorRendering", "htmlLabels", "flowchart", "theme", "themeCSS", "themeVariables",
  "fontFamily", "altFontFamily", "dompurifyConfig", "layout", "look", "handDrawnSeed", "arrowMarkerAbsolute", "deterministicIds", "deterministicIDSeed", "logLevel", "wrap"];

async function draw(ask: Ask): Promise<void> {
  mermaid.initialize({
    startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true, maxTextSize: 20_000, maxEdges: 400, htmlLabels: false, flowchart: { htmlLabels: false },
    layout: "dagre", theme: "base", themeVariables: { ...(ask.dark ? dark : light), darkMode: ask.dark, fontFamily: font, fontSize: "14px" }, fontFamily: font, secure: settings, logLevel: "fatal",
  });
  document.documentElement.style.colorScheme = ask.dark ? "dark" : "light";
  const source = harmless(ask.source);
  await document.fonts.load('14px "Pretendard Variable"', source).catch(() => {}); // or the boxes would not fit their words
  const { svg, diagramType } = await mermaid.render("diagram", source);
  const box = document.createElement("div");
  box.innerHTML = svg;
  const drawing = box.querySelector("svg");
  if (!drawing) throw new Error("no drawing");
  for (const a of box.querySelectorAll("a")) for (const name of [...a.getAttributeNames()]) if (/href|target|on/i.test(name)) a.removeAttribute(name);
  document.body.replaceChildren(drawing);
  fit(drawing);
  tell({ id: ask.id, kind: diagramType, height: document.body.offsetHeight });
}

/** fit lets a drawing that is wider than the frame become smaller, but not so small that nobody can read it: then it scrolls. */
function fit(drawing: SVGSVGElement): void {
  const wide = drawing.viewBox.baseVal?.width || 0;
  drawing.style.minWidth = wide > 0 ? `${Math.round(Math.min(wide, Math.max(innerWidth - 32, wide * 0.72)))}px` : "";
}

const tell = (what: object) => parent.postMessage(what, "*");

let last: Promise<void> = Promise.resolve();
addEventListener("message", (e: MessageEvent<Ask>) => {
  if (e.source !== parent || typeof e.data?.source !== "string") return;
  const ask = e.data;
  last = last.then(() => draw(ask)).catch(() => tell({ id: ask.id, failed: true })); // one at a time: the drawer has but one state
});
let height = 0;
new ResizeObserver(() => {
  const drawing = document.body.firstElementChild;
  if (!(drawing instanceof SVGSVGElement)) return;
  fit(drawing);
  if (document.body.offsetHeight === height) return;
  height = document.body.offsetHeight;
  tell({ id: 0, height }); // the frame has become wider or narrower
}).observe(document.documentElement);
tell({ id: 0, ready: true });
