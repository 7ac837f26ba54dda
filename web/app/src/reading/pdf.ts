// pdf.js, with what it needs from our own server and nothing else: no evaluated code, no WebAssembly.

import * as pdfjs from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";

pdfjs.GlobalWorkerOptions.workerSrc = worker;

/** openPDF opens a file, of which only what is shown is fetched; or all of it at once, as is better where the server unpacks it for each request. */
export function openPDF(url: string, whole: boolean): pdfjs.PDFDocumentLoadingTask {
  return pdfjs.getDocument({
    url, rangeChunkSize: 1 << 18, disableAutoFetch: true, disableStream: true, disableRange: whole,
    cMapUrl: "/pdf/cmaps/", cMapPacked: true, standardFontDataUrl: "/pdf/fonts/", wasmUrl: "/pdf/images/", useWasm: false, isEvalSupported: false, useSystemFonts: true, enableXfa: false, verbosity: 0,
  });
}

export const TextLayer = pdfjs.TextLayer;
export type { PDFDocumentProxy, PDFPageProxy, RenderTask } from "pdfjs-dist";
