import { Icon } from "../parts/icon";
import { openRegion, openVersion } from "../reading/state";
import { useText } from "../text";
import type { Sight } from "./answer";
import { Thumb } from "./thumb";

/** SightLine says how the picture that a question is about was looked at, and opens it. title is that of its document, if it is known. */
export function SightLine({ sight, title = "" }: { sight: Sight; title?: string }) {
  const t = useText();
  const { by, version, page, box, pieces, coarse } = sight;
  const said = [t("sight_" + by), pieces && t("sight_pieces", pieces), coarse && t("sight_coarse")].filter(Boolean).join(" · ");
  const inside = <><Icon name={by === "words" ? "list" : by === "none" ? "warn" : "eye"} size={16} />{said}</>;
  if (!version) return <p className="sight">{inside}</p>;
  return (
    <p className="sight">
      <button type="button" className="sight-open" data-tip={t("sight_open")} onClick={() => (box ? openRegion(version, title, t("pick_page", page), { page, box }) : openVersion(version, title))}>
        <Thumb version={version} page={page} box={box} otherwise={null} />{inside}
      </button>
    </p>
  );
}
