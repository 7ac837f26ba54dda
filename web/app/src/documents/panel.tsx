import { useEffect, useState } from "react";
import { announce } from "../announce";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { bytes, count, useText, type Translate } from "../text";
import { Kind, kindOf, pagesText } from "./kind";
import { cancel, canRetry, forget, isOpen, isSending, retry, tally, useUploads, type Tally, type Upload } from "./uploads";
import "../style/documents.css";

/** uploadText says how far a file has come. */
export function uploadText(t: Translate, u: Upload): string {
  switch (u.state) {
    case "waiting": return t("up_waiting");
    case "sending": return t("up_sending", bytes(u.sent), bytes(u.size));
    case "reading": return u.total > 0 ? t("doc_reading_of", count(u.done), count(u.total)) : u.done > 0 ? t("doc_reading_pages", count(u.done)) : t("doc_reading");
    case "done": return [u.pages > 0 ? pagesText(t, kindOf(u.name), u.pages) : t("doc_read"), u.gaps > 0 ? t("doc_gaps", count(u.gaps)) : ""].filter(Boolean).join(" · ");
    case "cancelled": return t("up_cancelled");
    case "failed": return u.error || t("up_failed");
  }
}

/** uploadShare is how much of a file is done, of 1; -1 is not known. */
export const uploadShare = (u: Upload): number =>
  u.state === "sending" ? (u.size > 0 ? u.sent / u.size : 0) : u.state === "reading" ? (u.total > 0 ? u.done / u.total : -1) : u.state === "waiting" ? 0 : 1;

/** summaryText says how far all files have come together. What was cancelled is not counted; if that is all, it is said. */
export function summaryText(t: Translate, sum: Tally): string {
  if (sum.open > 0) return t("up_going", count(sum.ended + sum.failed), count(sum.all));
  if (sum.all === 0) return t("up_cancelled");
  return sum.failed > 0 ? t("up_ended_failed", count(sum.ended), count(sum.all), count(sum.failed)) : t("up_ended", count(sum.ended), count(sum.all));
}

const shownMost = 200; // rows; the rest is counted

/** UploadPanel shows what has been put in, file by file, until somebody closes it. Files of a conversation are shown there. */
export function UploadPanel() {
  const t = useText();
  const every = useUploads((all) => all);
  const all = every.filter((u) => u.to.conversation === "");
  const [open, setOpen] = useState(true);
  const sum = tally(all);
  const sending = every.some(isSending);
  useEffect(() => {
    if (!sending) return;
    const warn = (e: BeforeUnloadEvent) => e.preventDefault();
    addEventListener("beforeunload", warn); // what has not been sent is lost with the page
    return () => removeEventListener("beforeunload", warn);
  }, [sending]);
  const done = all.length > 0 && sum.open === 0;
  const summary = summaryText(t, sum);
  useEffect(() => { if (done) announce(summary); }, [done, summary]);
  if (all.length === 0) return null;
  const rows = [...all.filter((u) => u.state === "failed"), ...all.filter(isOpen), ...all.filter((u) => u.state === "done" || u.state === "cancelled")].slice(0, shownMost);
  const stuck = all.filter(canRetry);
  return (
    <section className={"up-panel" + (open ? " open" : "")} aria-label={t("up_panel")}>
      <header>
        <button type="button" className="up-head" aria-expanded={open} onClick={() => setOpen(!open)}>
          {sum.open > 0 ? <span className="spin" aria-hidden="true" /> : <Icon name={sum.failed > 0 ? "warn" : sum.all === 0 ? "info" : "check"} size={18} />}
          <span className="grow cut num" id="up-summary">{summary}</span><Icon name="chevron" size={16} />
        </button>
        {sum.open > 0 ? <IconButton small icon="stop" label={t("up_cancel_all")} tip="top" onClick={() => { for (const u of all.filter(isOpen)) void cancel(u.id); }} />
          : <IconButton small icon="close" label={t("up_close")} tip="top" onClick={() => forget(all.map((u) => u.id))} />}
      </header>
      {sum.open > 0 && <progress max={1} value={sum.share} aria-labelledby="up-summary" />}
      {open && (
        <ul tabIndex={0} aria-label={t("up_panel")}>
          {rows.map((u) => <Row key={u.id} u={u} />)}
          {all.length > rows.length && <li className="quiet">{t("up_more", count(all.length - rows.length))}</li>}
        </ul>
      )}
      {open && stuck.length > 1 && <footer><Button small icon="redo" onClick={() => { for (const u of stuck) void retry(u.id); }}>{t("up_retry_all", stuck.length)}</Button></footer>}
    </section>
  );
}

function Row({ u }: { u: Upload }) {
  const t = useText();
  const share = uploadShare(u);
  return (
    <li className={u.state} data-upload={u.name}>
      <Kind kind={kindOf(u.name)} />
      <div className="grow">
        <div className="cut">{u.folders.length > 0 && <span className="quiet">{u.folders.join(" › ")} › </span>}{u.name}</div>
        <div className="up-how num">{uploadText(t, u)}</div>
        {isOpen(u) && u.state !== "waiting" && <progress max={1} {...(share >= 0 && { value: share })} aria-label={t("up_progress", u.name)} />}
      </div>
      {isOpen(u) && <IconButton small icon="close" label={t("up_cancel", u.name)} tip="top" onClick={() => void cancel(u.id)} />}
      {canRetry(u) && <IconButton small icon="redo" label={t("up_retry", u.name)} tip="top" onClick={() => void retry(u.id)} />}
      {(u.state === "failed" || u.state === "cancelled") && <IconButton small icon="close" label={t("up_forget", u.name)} tip="top" onClick={() => forget([u.id])} />}
    </li>
  );
}
