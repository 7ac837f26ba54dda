import { lazy, Suspense, useEffect, useId, useRef, type KeyboardEvent } from "react";
import { bind, composing } from "../keys";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Skeleton, Tabs, Trouble } from "../parts/plain";
import { useShell } from "../shell/state";
import { useText } from "../text";
import { isLooked, rooms, sourceKey } from "./calls";
import { useShown, type Shown } from "./load";
import { closeReading, makeRoom, moveReading, pick, reading, showText, useReading } from "./state";
import { Within } from "./within";
import "../style/reading.css";

const Paper = lazy(() => import("./paper"));
const Picture = lazy(() => import("./picture"));
const Structure = lazy(() => import("./structure"));
const SheetView = lazy(() => import("./sheet"));

/** Room shows a document at the place that is cited: beside the answer, or over it where that is narrow. */
export default function Room() {
  const narrow = useShell((s) => s.narrow);
  useEffect(makeRoom, [narrow]);
  return narrow ? <Cover /> : <Aside />;
}

function Aside() {
  const name = useId();
  const box = useRef<HTMLElement>(null);
  const turn = useReading((r) => r.turn);
  // Whoever opens a place is at it.
  useEffect(() => { box.current?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true }); }, [turn]);
  return <aside className="room" ref={box} aria-labelledby={name} onKeyDown={keys}><Inside name={name} /></aside>;
}

/** Cover is the room on a phone: nothing else is there while it is open. */
function Cover() {
  const name = useId();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const el = box.current;
    el?.showModal();
    el?.querySelector<HTMLElement>("h2")?.focus();
    return () => el?.close();
  }, []);
  return <dialog className="room cover" ref={box} aria-labelledby={name} onCancel={(e) => { e.preventDefault(); leave(); }} onKeyDown={keys}><Inside name={name} /></dialog>;
}

/** leave ends what goes on: the choosing of a part, or else the reading. */
function leave(): void {
  if (reading.get().picking) pick(false);
  else closeReading();
}

function keys(e: KeyboardEvent): void {
  if (composing(e.nativeEvent)) return;
  if (e.key === "Escape") { e.preventDefault(); leave(); }
  else if (e.altKey && e.key === "ArrowDown") { e.preventDefault(); moveReading(1); }
  else if (e.altKey && e.key === "ArrowUp") { e.preventDefault(); moveReading(-1); }
}

function Inside({ name }: { name: string }) {
  const t = useText();
  const hits = useReading((r) => r.hits);
  const at = useReading((r) => r.at);
  const turn = useReading((r) => r.turn);
  const text = useReading((r) => r.text);
  const hit = hits[at];
  const { shown, error } = useShown(hit, turn);
  if (!hit) return null;
  const looked = !!shown && isLooked(shown.head);
  const asText = !looked || text === sourceKey(shown.source);
  return (
    <>
      <header className="room-head">
        <div className="grow cut">
          <h2 id={name} tabIndex={-1} className="cut">{hit.index > 0 && <span className="source-number">{hit.index}</span>}{hit.title || t("reading")}</h2>
          <p className="quiet small cut">{[hit.where, hits.length > 1 ? t("reading_of", at + 1, hits.length) : ""].filter(Boolean).join(" · ")}</p>
        </div>
        {hits.length > 1 && <>
          <IconButton small icon="arrowUp" label={t("reading_previous")} keys="Alt+↑" disabled={at === 0} onClick={() => moveReading(-1)} />
          <IconButton small icon="arrowDown" label={t("reading_next")} keys="Alt+↓" disabled={at === hits.length - 1} onClick={() => moveReading(1)} />
        </>}
        <a className="icon-button small-button" href={rooms.file({ version: hit.version, file: "" })} download={hit.title} aria-label={t("reading_save")} data-tip={t("reading_save")}><Icon name="down" size={16} /></a>
        <IconButton small icon="close" label={t("close")} keys="Esc" onClick={closeReading} />
      </header>
      {looked && <Ways shown={shown} asText={asText} />}
      {shown && <Certainty shown={shown} asText={asText} />}
      {error ? <div className="room-body"><Trouble text={error} /></div> : !shown ? <div className="room-body"><Skeleton lines={8} /></div> : (
        <Suspense fallback={<div className="room-body"><Skeleton lines={8} /></div>}><View shown={shown} asText={asText} /></Suspense>
      )}
    </>
  );
}

/** Ways are those in which a document can be looked at, and the tool that asks about a part of it, which no question can of a file within one. */
function Ways({ shown, asText }: { shown: Shown; asText: boolean }) {
  const t = useText();
  return (
    <div className="room-ways">
      <Tabs label={t("reading_ways")} value={asText ? "text" : "looks"} onChange={(way) => showText(way === "text" ? sourceKey(shown.source) : "")}
        tabs={[["looks", t(shown.head.format === "pdf" ? "reading_pages" : "reading_picture")], ["text", t("reading_words")]]} />
      <span className="grow" />
      {!shown.source.file && <PickTool />}
    </div>
  );
}

function PickTool() {
  const t = useText();
  const picking = useReading((r) => r.picking);
  useEffect(() => bind([{ keys: "Alt+A", text: "pick", anywhere: true, run: () => pick(!reading.get().picking) }]), []);
  return <Button small kind="quiet" icon="crop" aria-pressed={picking} data-tip={t("pick_tip")} data-tip-keys="Alt+A" onClick={() => pick(!picking)}>{t("pick")}</Button>;
}

function View({ shown, asText }: { shown: Shown; asText: boolean }) {
  const { format, unit } = shown.head;
  if (!asText) return format === "pdf" ? <Paper shown={shown} /> : <Picture shown={shown} />;
  return unit === "sheet" ? <SheetView shown={shown} /> : <Structure shown={shown} />;
}

/** Certainty says what is marked, and where that is not quite what was cited. */
export function Certainty({ shown, asText }: { shown: Shown; asText: boolean }) {
  const t = useText();
  const { hit, places } = shown;
  const quote = places.texts.map((m) => m.quote).join(" ").slice(0, 300);
  const lost = hit.spans.length > 0 && places.texts.length === 0;
  const unsure = !asText && places.places.some((p) => !p.exact);
  const nowhere = unsure && places.places.every((p) => !p.box);
  return (
    <div className="room-note" role="status">
      {quote && <p className="sr">{t("reading_marked", quote)}</p>}
      {lost && <p><Icon name="warn" size={16} />{t("reading_lost")}</p>}
      {unsure && !lost && <p><Icon name="info" size={16} />{t(nowhere ? "reading_nowhere" : "reading_unsure")}</p>}
      {places.inside ? <Within source={shown.source} inside={places.inside} />
        : hit.spans.length === 0 && hit.quote && <p><Icon name="info" size={16} />{t(hit.inner ? "reading_inner" : "reading_unplaced")}</p>}
    </div>
  );
}
