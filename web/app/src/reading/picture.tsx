import { useEffect, useState } from "react";
import { Trouble } from "../parts/plain";
import { useText } from "../text";
import { sourceKey, type Source } from "./calls";
import { Facsimile, type Drawn } from "./facsimile";
import type { Shown } from "./load";
import { pictureAt, tilesOf, widest } from "./region";

/** Picture shows a picture as it looks, or the pictures of a file that has several. */
export default function Picture({ shown }: { shown: Shown }) {
  const t = useText();
  const { source } = shown;
  const here = sourceKey(source);
  const [failed, setFailed] = useState("");
  return (
    <Facsimile shown={shown} natural={1} whole ready={failed !== here} instead={failed === here && <Trouble text={t("reading_picture_failed")} />}
      draw={(p) => <PicturePage source={source} onFailed={() => setFailed(here)} {...p} />} />
  );
}

const grain = 500; // pixels: sizes between are not asked for

/** PicturePage is a picture about as fine as the screen. The whole of it is there at once; where it is larger than the server makes one, finer parts follow. */
function PicturePage({ source, page, width, onDrawn, onFailed }: Drawn & { source: Source; onFailed(): void }) {
  const pixels = Math.min(Math.ceil((width * (devicePixelRatio || 1)) / grain) * grain, Math.max(grain, Math.ceil(page.width ?? widest)));
  const tiles = tilesOf({ width: page.width ?? 1, height: page.height ?? 1 }, pixels);
  const fine = tiles.length > 1; // it is wider than the server makes one, or longer, as screenshots are
  useEffect(() => () => onDrawn(false), [sourceKey(source), page]);
  const percent = (share: number) => `${100 * share}%`;
  return (
    <div className="sheet-picture" aria-hidden="true">
      <img alt="" draggable={false} src={pictureAt(source, page.number, fine ? 2 * grain : pixels)} onLoad={() => onDrawn(true)} onError={onFailed} />
      {fine && tiles.map((p) => <img key={String(p.box)} alt="" draggable={false} loading="lazy" src={pictureAt(source, page.number, p.width * pixels, p.box)}
        style={{ left: percent(p.left), top: percent(p.top), width: percent(p.width), height: percent(p.height) }} />)}
    </div>
  );
}
