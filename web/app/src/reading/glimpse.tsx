import { useEffect, useState } from "react";
import type { Inner, Span } from "../talk/proof";
import { rooms } from "./calls";
import { cropOf, onPage, shape, type Crop } from "./crop";
import { pictureAt } from "./region";

/** Cited is what is cited of a version of a document, or of a file within it. */
export interface Cited { version: string; spans: Span[]; inner?: Inner }

/** Glimpse is a part of a page: of a file within the document, if file says which. */
export interface Glimpse extends Crop { file: string }

const pixels = 640; // that a card's picture is wide, for screens that are fine
const rest = 120; // milliseconds that a card is open before anything is asked for: whoever passes over a chip wants none
const most = 200; // places that are remembered

const known = new Map<string, Promise<Glimpse | null>>();

/** glimpseOf is what a card shows of a page, asked for once; nothing where it is not known where on a page the words stand. */
export function glimpseOf(cited: Cited): Promise<Glimpse | null> {
  const key = JSON.stringify(cited);
  let found = known.get(key);
  if (!found) {
    const { version, spans, inner } = cited;
    found = (inner ? rooms.inside(version, inner) : rooms.places(version, spans)).then((p) => {
      const crop = cropOf(p.places);
      return crop && { ...crop, file: p.inside?.file ?? "" };
    });
    found.catch(() => known.delete(key)); // another time it may be there
    known.set(key, found);
    const oldest = known.keys().next();
    if (known.size > most && !oldest.done) known.delete(oldest.value);
  }
  return found;
}

/** SourcePicture shows what is cited as it looks on its page, with the words marked. Where no page can be drawn it is not there. */
export function SourcePicture({ cited }: { cited: Cited }) {
  const [crop, setCrop] = useState<Glimpse | null>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    let left = false;
    const timer = setTimeout(() => { glimpseOf(cited).then((c) => { if (!left) setCrop(c); }, () => {}); }, rest);
    return () => { left = true; clearTimeout(timer); };
    // The card of a chip is of one place for as long as it is open.
  }, [cited.version]);
  if (!crop) return null;
  const seen = size && onPage(crop, size);
  return (
    <span className="source-picture" style={{ aspectRatio: String(1 / shape) }}>
      <span style={seen ? { width: seen.width * 100 + "%", height: seen.height * 100 + "%" } : { width: "100%", height: "100%" }}>
        <img alt="" draggable={false} src={pictureAt({ version: cited.version, file: crop.file }, crop.page, pixels, crop.box)} data-drawn={size ? true : undefined}
          onLoad={(e) => setSize({ width: e.currentTarget.naturalWidth, height: e.currentTarget.naturalHeight })} onError={() => setCrop(null)} />
        {seen?.marks.map(([x, y, w, h], n) => <span key={n} className="paper-mark" style={{ left: x * 100 + "%", top: y * 100 + "%", width: w * 100 + "%", height: h * 100 + "%" }} />)}
      </span>
    </span>
  );
}
