import { count, type Translate } from "../text";
import type { Doc, Version } from "./calls";

// What a file is, in the letters that people know it by, and the colour of its family.
const families: Record<string, string> = {
  hwp: "c1", hwpx: "c1", hwpml: "c1", doc: "c1", docx: "c1", odt: "c1", pdf: "c0", ppt: "c2", pptx: "c2", odp: "c2", xls: "c3", xlsx: "c3", ods: "c3", csv: "c3", tsv: "c3",
  png: "c4", jpg: "c4", jpeg: "c4", webp: "c4", tif: "c4", tiff: "c4", bmp: "c4", gif: "c4",
};

/** kindOf names the format of a file: by what was read, or before that by its name. */
export function kindOf(name: string, format = ""): string {
  const ending = /\.([^.\s/]{1,5})$/.exec(name)?.[1] ?? "";
  const word = (/^(?!text$|image$)\w{2,4}$/.test(format) ? format : ending || format).toLowerCase() || "?";
  return word === "jpeg" ? "jpg" : word;
}

/** isPicture says whether a format is one that is looked at, and not read. */
export const isPicture = (kind: string): boolean => ["png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp", "gif"].includes(kind);

export const docKind = (d: Doc, v: Version | undefined = d.versions?.[0]): string => kindOf(v?.name ?? d.name, v?.format);

const counted = { page: "doc_pages", slide: "doc_slides", sheet: "doc_sheets", chapter: "doc_chapters" };
type Unit = keyof typeof counted;
const units: Record<string, Unit> = { ppt: "slide", pptx: "slide", odp: "slide", xls: "sheet", xlsx: "sheet", ods: "sheet", epub: "chapter" };
const unitOf = (kind: string): Unit => units[kind] ?? "page";

/** pagesText says how many pages a file has, or slides, sheets, chapters: what its readers call them. */
export const pagesText = (t: Translate, kind: string, n: number): string => t(counted[unitOf(kind)], count(n));

/** placeText names one of them by its number. */
export const placeText = (t: Translate, kind: string, n: number): string => t("reading_" + unitOf(kind), count(n));

/** Kind is the sign of a file. It says nothing that its name does not: it is not read aloud. */
export function Kind({ kind }: { kind: string }) {
  return <span className={"doc-kind " + (families[kind] ?? "c5")} aria-hidden="true" data-kind={kind.slice(0, 5).toUpperCase()} />;
}
