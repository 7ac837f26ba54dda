import { createContext, useContext, useId, useRef, type ReactNode } from "react";
import { day, useText } from "../text";
import type { Citation } from "../talk/answer";
import type { About } from "../talk/proof";
import { Icon } from "../parts/icon";
import { host } from "./parse";
import { InSentence } from "./sentence";

/** Proof is what the chips of an answer know: what a source is, and how it is opened at what is cited. */
export interface Proof { about(index: number, claim: number): About | null; open(index: number, claim: number): (() => void) | null }
export const Proven = createContext<Proof | null>(null);

/** ChipAt is the chip of a source where it is cited. */
export function ChipAt({ index, otherwise }: { index: number; otherwise: ReactNode }) {
  const proof = useContext(Proven);
  const claim = useContext(InSentence);
  const about = proof?.about(index, claim);
  return about && proof ? <Chip about={about} short open={proof.open(index, claim)} /> : otherwise;
}

/** SourceChip stands for a source. It tells on hover and focus what that is, and opens it where it is. */
export function SourceChip({ source, short = false }: { source: Citation; short?: boolean }) {
  const proof = useContext(Proven);
  const about = proof?.about(source.index, -1) ?? { ...source, heading: "", date: "", version: "", withheld: source.withheld === true, deleted: false };
  return <Chip about={about} short={short} open={proof?.open(source.index, -1) ?? null} />;
}

function Chip({ about, short, open }: { about: About; short: boolean; open: (() => void) | null }) {
  const t = useText();
  const id = useId();
  const at = useRef<HTMLSpanElement>(null);
  const card = useRef<HTMLSpanElement>(null);
  const web = /^https?:/.test(about.url);
  const title = about.deleted ? t("source_deleted") : about.withheld ? about.title || t("source_withheld") : about.title || about.source;
  const inside = short ? about.index : <><span className="source-number">{about.index}</span>{" "}<span className="cut">{title}</span></>;
  // The card lies over everything, beside its chip and within the window.
  const show = () => {
    const el = card.current, box = at.current?.getBoundingClientRect();
    if (!el || !box || el.matches(":popover-open")) return;
    el.showPopover();
    const top = box.top - el.offsetHeight - 6;
    el.style.left = Math.max(8, Math.min(box.left, innerWidth - el.offsetWidth - 8)) + "px";
    el.style.top = (top > 8 ? top : Math.min(box.bottom + 6, innerHeight - el.offsetHeight - 8)) + "px";
  };
  const hide = () => { if (card.current?.matches(":popover-open")) card.current.hidePopover(); };
  // What is read aloud has the words that are seen in it; a number alone says too little.
  const props = { className: (short ? "ref" : "source") + (about.deleted || about.withheld ? " gone" : ""), "aria-label": short ? t("source", about.index, title) : undefined, "aria-describedby": id, onFocus: show, onBlur: hide };
  return (
    <span className="source-at" ref={at} onMouseEnter={show} onMouseLeave={hide} onKeyDown={(e) => { if (e.key === "Escape" && card.current?.matches(":popover-open")) { e.stopPropagation(); hide(); } }}>
      {about.withheld && !short && <Icon name="key" size={14} />}
      {web ? <a {...props} href={about.url} target="_blank" rel="noopener noreferrer nofollow">{inside}</a>
        : <button type="button" {...props} onClick={() => { if (open) { hide(); open(); } }}>{inside}</button>}
      <span className="source-card" role="tooltip" id={id} ref={card} popover="manual">
        <strong>{title}</strong>
        <span className="quiet small">{[about.source === title ? "" : about.source, about.where, about.date ? day(about.date) : "", host(about.url)].filter(Boolean).join(" · ")}</span>
        {about.heading && <span className="quiet small">{about.heading}</span>}
        {about.withheld ? <span className="source-snippet">{t("source_withheld_detail")}</span> : about.deleted ? <span className="source-snippet">{t("source_deleted_detail")}</span> : about.snippet && <span className="source-snippet">{about.snippet}</span>}
        {open && <span className="source-open">{t("source_open")}</span>}
      </span>
    </span>
  );
}
