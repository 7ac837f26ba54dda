import { useEffect, useState } from "react";
import type { Inner, Span } from "../talk/proof";
import { rooms, type Source } from "./calls";
import { cropOf, shape, type Crop } from "./crop";
import { pictureAt } from "./region";

/** Cited is what is cited of a version of a document, or of a file within it. */
export interface Cited { version: string; spans: Span[]; inner?: Inner }

/** Glimpse is a part of a page: of a file within the document, if file says which. */
export interface Glimpse extends Crop { file: string }

const pixels = 640; // that a card's picture is wide, for screens that are fine
const rest = 120; // milliseconds that a card is open before anything is asked for: whoever passes over a chip wants none
const most = 200; // places that are remembered

const fresh = 60_000; // milliseconds that a place is remembered: a document may be read again meanwhile, and better

const known = new Map<string, { found: Promise<Glimpse | null>; since: number }>();

/** glimpseOf is what a card shows of a page, asked for once in a while; nothing where it is not known where on a page the words stand. */
export function glimpseOf(cited: Cited): Promise<Glimpse | null> {
  const key = JSON.stringify(cited);
  const before = known.get(key);
  if (before && Date.now() - before.since < fresh) return before.found;
  known.delete(key);
  const forget = () => { if (known.get(key)?.found === found) known.delete(key); };
  const { version, spans, inner } = cited;
  const found: Promise<Glimpse | null> = (inner ? rooms.inside(version, inner) : rooms.places(version, spans)).then((p) => {
    // Words that are found and stand on no page never will. If not even they are, the places may come to be known.
    if (p.texts.length === 0) forget();
    const crop = cropOf(p);
    return crop && { ...crop, file: p.inside?.file ?? "" };
  });
  found.catch(forget); // another time it may be there
  known.set(key, { found, since: Date.now() });
  const oldest = known.keys().next();
  if (known.size > most && !oldest.done) known.delete(oldest.value);
  return found;
}

/** SourcePicture shows what is cited as it looks on its page, with the words marked. Where no page can be drawn it is not there. */
export function SourcePicture({ cited }: { cited: Cited }) {
  const [crop, setCrop] = useState<Glimpse | null>(null);
  const key = JSON.stringify(cited); // an answer that is still written comes to know more closely what it cites
  useEffect(() => {
    let left = false;
    const timer = setTimeout(() => { glimpseOf(cited).then((c) => { if (!left) setCrop(c); }, () => {}); }, rest);
    return () => { left = true; clearTimeout(timer); };
  }, [key]);
  return crop && <Cutting source={{ version: cited.version, file: crop.file }} crop={crop} onFailed={() => setCrop(null)} />;
}

/** Cutting is a part of a page with its marks: in the corner of the picture, if the page is smaller than that. */
export function Cutting({ source, crop, onFailed }: { source: Source; crop: Crop; onFailed(): void }) {
  const src = pictureAt(source, crop.page, pixels, crop.box);
  const [drawn, setDrawn] = useState("");
  return (
    <span className="source-picture" style={{ aspectRatio: String(1 / shape) }}>
      <span style={{ width: percent(crop.width), height: percent(crop.height) }}>
        <img alt="" draggable={false} src={src} data-drawn={drawn === src ? true : undefined} onLoad={() => setDrawn(src)} onError={onFailed} />
        {drawn === src && crop.marks.map(([x, y, w, h], n) => <span key={n} className="paper-mark" style={{ left: percent(x), top: percent(y), width: percent(w), height: percent(h) }} />)}
      </span>
    </span>
  );
}

const percent = (share: number): string => share * 100 + "%";
