import { createContext, useContext, useId, useRef, useState, type ReactNode } from "react";
import { SourcePicture, type Cited } from "../reading/glimpse";
import { day, useText } from "../text";
import type { Citation } from "../talk/answer";
import type { About } from "../talk/proof";
import { Icon } from "../parts/icon";
import { host } from "./parse";
import { InSentence } from "./sentence";

/** Proof is what the chips of an answer know: what a source is, where in it is what is cited, and how that is opened. */
export interface Proof { about(index: number, claim: number): About | null; open(index: number, claim: number): (() => void) | null; cited?(index: number, claim: number): Cited | null }
export const Proven = createContext<Proof | null>(null);

/** ChipAt is the chip of a source where it is cited. */
export function ChipAt({ index, otherwise }: { index: number; otherwise: ReactNode }) {
  const proof = useContext(Proven);
  const claim = useContext(InSentence);
  const about = proof?.about(index, claim);
  return about && proof ? <Chip about={about} short open={proof.open(index, claim)} cited={proof.cited?.(index, claim) ?? null} /> : otherwise;
}

/** SourceChip stands for a source. It tells on hover and focus what that is, and opens it where it is. */
export function SourceChip({ source, short = false }: { source: Citation; short?: boolean }) {
  const proof = useContext(Proven);
  const about = proof?.about(source.index, -1) ?? { ...source, heading: "", date: "", version: "", withheld: source.withheld === true, deleted: false };
  return <Chip about={about} short={short} open={proof?.open(source.index, -1) ?? null} cited={proof?.cited?.(source.index, -1) ?? null} />;
}

const held = 450; // milliseconds that a finger rests on a chip to see its card
const pictured = 150; // pixels that the card may grow by a picture

function Chip({ about, short, open, cited }: { about: About; short: boolean; open: (() => void) | null; cited: Cited | null }) {
  const t = useText();
  const id = useId();
  const at = useRef<HTMLSpanElement>(null);
  const card = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(false);
  const finger = useRef({ timer: 0, rested: false });
  const web = /^https?:/.test(about.url);
  const title = about.deleted ? t("source_deleted") : about.withheld ? about.title || t("source_withheld") : about.title || about.source;
  const inside = short ? about.index : <><span className="source-number">{about.index}</span>{" "}<span className="cut">{title}</span></>;
  // The card lies over everything, beside its chip and within the window. It is held by the side next to the chip: a picture that comes
  // makes it grow the other way, and no word moves.
  const show = () => {
    const el = card.current, box = at.current?.getBoundingClientRect();
    if (!el || !box || el.matches(":popover-open")) return;
    el.showPopover();
    const room = el.offsetHeight + 14 + (cited ? pictured : 0);
    const above = box.top > room || box.top > innerHeight - box.bottom;
    el.classList.toggle("above", above);
    el.style.left = Math.max(8, Math.min(box.left, innerWidth - el.offsetWidth - 8)) + "px";
    el.style.top = above ? "auto" : box.bottom + 6 + "px";
    el.style.bottom = above ? innerHeight - box.top + 6 + "px" : "auto";
    el.style.maxHeight = Math.max(80, (above ? box.top : innerHeight - box.bottom) - 14) + "px";
    setShown(true);
  };
  const hide = () => { if (card.current?.matches(":popover-open")) card.current.hidePopover(); setShown(false); };
  // A finger that taps opens the source; one that rests shows the card, and opens nothing when it is lifted.
  const lift = () => clearTimeout(finger.current.timer);
  const touch = {
    onPointerDown: (e: React.PointerEvent) => {
      finger.current.rested = false;
      lift();
      if (e.pointerType === "touch") finger.current.timer = setTimeout(() => { finger.current.rested = true; show(); }, held) as unknown as number;
    },
    onPointerUp: lift, onPointerCancel: lift, onPointerLeave: lift,
    onContextMenu: (e: React.MouseEvent) => { if (finger.current.rested) e.preventDefault(); },
  };
  // What is read aloud has the words that are seen in it; a number alone says too little.
  const props = { className: (short ? "ref" : "source") + (about.deleted || about.withheld ? " gone" : ""), "aria-label": short ? t("source", about.index, title) : undefined, "aria-describedby": id, onFocus: show, onBlur: hide, ...touch };
  return (
    <span className="source-at" ref={at} onMouseEnter={show} onMouseLeave={hide} onKeyDown={(e) => { if (e.key === "Escape" && card.current?.matches(":popover-open")) { e.stopPropagation(); hide(); } }}>
      {about.withheld && !short && <Icon name="key" size={14} />}
      {web ? <a {...props} href={about.url} target="_blank" rel="noopener noreferrer nofollow">{inside}</a>
        : <button type="button" {...props} onClick={() => { if (open && !finger.current.rested) { hide(); open(); } finger.current.rested = false; }}>{inside}</button>}
      <span className="source-card" role="tooltip" id={id} ref={card} popover="manual">
        <strong>{title}</strong>
        <span className="quiet small">{[about.source === title ? "" : about.source, about.where, about.date ? day(about.date) : "", host(about.url)].filter(Boolean).join(" · ")}</span>
        {about.heading && <span className="quiet small">{about.heading}</span>}
        {about.withheld ? <span className="source-snippet">{t("source_withheld_detail")}</span> : about.deleted ? <span className="source-snippet">{t("source_deleted_detail")}</span> : about.snippet && <span className="source-snippet">{about.snippet}</span>}
        {open && <span className="source-open">{t("source_open")}</span>}
        {shown && cited && !about.withheld && !about.deleted && <SourcePicture cited={cited} />}
      </span>
    </span>
  );
}
