import { createContext, useContext, useEffect, useId, useRef, useState, type ReactNode } from "react";
import { SourcePicture, type Cited } from "../reading/glimpse";
import { day, useText } from "../text";
import type { Citation } from "../talk/answer";
import type { About } from "../talk/proof";
import { Icon } from "../parts/icon";
import { Finger, standingOf, turns, watch } from "./card";
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

const passing = 120; // milliseconds for a mouse to get from a chip to its card

function Chip({ about, short, open, cited }: { about: About; short: boolean; open: (() => void) | null; cited: Cited | null }) {
  const t = useText();
  const id = useId();
  const at = useRef<HTMLSpanElement>(null);
  const card = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState<"" | "bare" | "roomy">("");
  const [finger] = useState(() => new Finger());
  const size = useRef({ width: 0, height: 0 }); // of the card with no picture
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const web = /^https?:/.test(about.url);
  const gone = about.deleted || about.withheld;
  const title = about.deleted ? t("source_deleted") : about.withheld ? about.title || t("source_withheld") : about.title || about.source;
  const inside = short ? about.index : <><span className="source-number">{about.index}</span>{" "}<span className="cut">{title}</span>{" "}{!gone && about.where && <span className="source-where">{about.where}</span>}</>;
  const isOpen = () => card.current?.matches(":popover-open") ?? false;
  // The card lies over everything, beside its chip and within the window.
  const stand = () => {
    const el = card.current, chip = at.current?.getBoundingClientRect();
    if (!el || !chip) return;
    const s = standingOf(chip, size.current, { width: innerWidth, height: innerHeight }, !!cited);
    el.classList.toggle("above", s.above);
    el.style.left = s.left + "px";
    el.style.top = s.above ? "auto" : s.top + "px";
    el.style.bottom = s.above ? s.bottom + "px" : "auto";
    el.style.maxHeight = s.length + "px";
    setShown(s.roomy ? "roomy" : "bare");
  };
  const show = () => {
    clearTimeout(leaving.current);
    const el = card.current;
    if (!el || isOpen()) return;
    el.style.maxHeight = "";
    el.showPopover();
    size.current = { width: el.offsetWidth, height: el.offsetHeight };
    el.scrollTop = 0;
    stand();
  };
  const returning = useRef(false); // the focus goes back to the chip, which is not to open the card again
  const hide = () => {
    clearTimeout(leaving.current);
    const within = !!card.current?.contains(document.activeElement);
    if (isOpen()) card.current?.hidePopover();
    setShown("");
    if (!within) return;
    returning.current = true;
    at.current?.querySelector<HTMLElement>("a, button")?.focus({ preventScroll: true });
    returning.current = false;
  };
  const here = (n: EventTarget | null) => n instanceof Node && !!at.current?.contains(n);
  // Under a finger what is read is scrolled, and a card would stay in its way. With a mouse or keys it goes where its chip goes.
  const scrolled = () => {
    const chip = at.current?.getBoundingClientRect();
    if (finger.touched || !chip || chip.bottom < 0 || chip.top > innerHeight) hide();
    else stand();
  };
  // A dialog over the page has Escape for itself, even if a card is open below.
  const left = () => { hide(); return !document.querySelector("dialog:modal") || !!at.current?.closest("dialog:modal"); };
  const told = useRef({ pressed: hide, scrolled, left });
  told.current = { pressed: hide, scrolled, left }; // of what is cited now: an answer that is still written comes to know it more closely
  const isShown = shown !== "";
  useEffect(() => (isShown ? watch(window, here, { pressed: () => told.current.pressed(), scrolled: () => told.current.scrolled(), left: () => told.current.left() }) : undefined), [isShown]);
  useEffect(() => () => { finger.other(); clearTimeout(leaving.current); }, []);
  // Whoever came by the keyboard goes on reading it wherever the mouse is.
  const leave = () => { if (!at.current?.querySelector(":focus-visible")) leaving.current = setTimeout(hide, passing); };
  // Browsers have a finger do what a mouse does, and go back to where the mouse lies: it would close the card that the finger has opened.
  const mouse = (act: () => void) => (e: React.PointerEvent) => { if (e.pointerType !== "touch") act(); };
  const keys = (e: React.KeyboardEvent) => {
    finger.other();
    if (!isOpen() || e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return;
    if (card.current && turns(card.current, e.key)) e.preventDefault();
  };
  const touch = {
    onPointerDown: (e: React.PointerEvent) => finger.down(e.pointerType, show),
    onPointerUp: () => finger.up(), onPointerCancel: () => finger.up(), onPointerLeave: () => finger.up(),
    onContextMenu: (e: React.MouseEvent) => { if (finger.rests) e.preventDefault(); },
  };
  // What is read aloud has the words that are seen in it; a number alone says too little.
  const props = { className: (short ? "ref" : "source") + (gone ? " gone" : ""), "aria-label": short ? t("source", about.index, title) : undefined, "aria-describedby": id, onFocus: () => { if (!returning.current) show(); }, ...touch };
  return (
    <span className="source-at" ref={at} onPointerEnter={mouse(show)} onPointerLeave={mouse(leave)} onBlur={(e) => { if (!here(e.relatedTarget)) hide(); }} onKeyDown={keys}>
      {about.withheld && !short && <Icon name="key" size={14} />}
      {web ? <a {...props} href={about.url} target="_blank" rel="noopener noreferrer nofollow" onClick={(e) => { if (!finger.click()) e.preventDefault(); }}>{inside}</a>
        : <button type="button" {...props} onClick={() => { if (finger.click() && open) { hide(); open(); } }}>{inside}</button>}
      <span className="source-card" role="tooltip" id={id} ref={card} popover="manual" tabIndex={-1}>
        <strong>{title}</strong>
        <span className="quiet small">{[about.source === title ? "" : about.source, about.where, about.date ? day(about.date) : "", host(about.url)].filter(Boolean).join(" · ")}</span>
        {about.heading && <span className="quiet small">{about.heading}</span>}
        {about.withheld ? <span className="source-snippet">{t("source_withheld_detail")}</span> : about.deleted ? <span className="source-snippet">{t("source_deleted_detail")}</span> : about.snippet && <span className="source-snippet">{about.snippet}</span>}
        {open && <span className="source-open">{t("source_open")}</span>}
        {shown === "roomy" && cited && !gone && <SourcePicture cited={cited} />}
      </span>
    </span>
  );
}
