import { useId } from "react";
import { useText } from "../text";
import type { Citation } from "../talk/answer";
import { Icon } from "../parts/icon";
import { host } from "./parse";

/** SourceChip stands for a source. It tells on hover and focus what that is, and opens it where it is on the web. */
export function SourceChip({ source, short = false }: { source: Citation; short?: boolean }) {
  const t = useText();
  const card = useId();
  const web = /^https?:/.test(source.url);
  const inside = short ? source.index : <><span className="source-number">{source.index}</span>{" "}<span className="cut">{source.title || source.source}</span></>;
  // What is read aloud has the words that are seen in it; a number alone says too little.
  const props = { className: short ? "ref" : "source", "aria-label": short ? t("source", source.index, source.title || source.source) : undefined, "aria-describedby": card };
  return (
    <span className="source-at">
      {source.withheld && !short && <Icon name="key" size={14} />}
      {web ? <a {...props} href={source.url} target="_blank" rel="noopener noreferrer nofollow">{inside}</a> : <button type="button" {...props}>{inside}</button>}
      <span className="source-card" role="tooltip" id={card}>
        <strong>{source.title || source.source}</strong>
        <span className="quiet small">{[source.source, source.where, host(source.url)].filter(Boolean).join(" · ")}</span>
        {source.snippet && <span className="source-snippet">{source.snippet}</span>}
      </span>
    </span>
  );
}
