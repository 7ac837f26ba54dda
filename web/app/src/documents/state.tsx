import { useEffect, useState } from "react";
import { Button, IconButton } from "../parts/button";
import { Tag } from "../parts/plain";
import { toast } from "../parts/toast";
import { told } from "../net";
import { count, useText } from "../text";
import { documents, type Version } from "./calls";
import { watchVectors } from "./vectors";
import { watchReading } from "./watch";

/** useReading is a version as it is now: it follows the reading while that goes on. */
export function useReading(v: Version | undefined, onEnd: (v: Version) => void): Version | undefined {
  const [now, setNow] = useState(v);
  useEffect(() => setNow(v), [v]);
  const waits = v?.state === "waiting" ? v.id : "";
  useEffect(() => {
    if (!waits) return;
    return watchReading(waits, (fresh) => {
      if (!fresh) return;
      setNow(fresh);
      if (fresh.state !== "waiting") onEnd(fresh);
    });
    // onEnd is another function each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [waits]);
  return now?.id === v?.id ? now : v;
}

/** ReadState says how far a file has been read, why it could not be, and what is missing of it. */
export function ReadState({ v, mine, name, onChange, onManifest }: { v: Version; mine: boolean; name: string; onChange(v: Version): void; onManifest(): void }) {
  const t = useText();
  const act = (what: Promise<Version>) => void what.then(onChange, (err: unknown) => toast(told(err), "bad"));
  switch (v.state) {
    case "waiting": return (
      <div className="doc-state">
        <span className="num quiet">{v.total > 0 ? t("doc_reading_of", count(v.done), count(v.total)) : v.done > 0 ? t("doc_reading_pages", count(v.done)) : t("doc_reading")}</span>
        <progress max={1} {...(v.total > 0 && { value: v.done / v.total })} aria-label={t("doc_reading_progress", name)} />
        {mine && <IconButton small icon="stop" label={t("doc_stop_reading", name)} onClick={() => act(documents.stopReading(v.id))} />}
      </div>
    );
    case "failed": return (
      <div className="doc-state"><Tag kind="bad">{t("doc_failed")}</Tag>{mine && <Button small onClick={() => act(documents.readAgain(v.id))} aria-label={t("doc_read_again", name)}>{t("doc_read_now")}</Button>}</div>
    );
    case "cancelled": return (
      <div className="doc-state"><Tag>{t("doc_cancelled")}</Tag>{mine && <Button small onClick={() => act(documents.readAgain(v.id))} aria-label={t("doc_read_again", name)}>{t("doc_read_now")}</Button>}</div>
    );
    case "read": return (
      <div className="doc-state">
        {v.gaps > 0 && <button type="button" className="tag warn" onClick={onManifest} aria-label={t("doc_gaps_of", name, count(v.gaps))}>{t("doc_gaps", count(v.gaps))}</button>}
        {v.manifest?.cut && mine && <Button small onClick={() => act(documents.readAgain(v.id))} aria-label={t("doc_read_again", name)}>{t("doc_read_now")}</Button>}
        {v.embedded === false && <Vectors v={v} name={name} />}
      </div>
    );
  }
}

/** Vectors says how far a document is on its way to be found by its meaning; nothing once it is. */
function Vectors({ v, name }: { v: Version; name: string }) {
  const t = useText();
  const [now, setNow] = useState(v);
  useEffect(() => {
    setNow(v);
    return watchVectors(v.id, setNow);
  }, [v]);
  if (now.embedded !== false) return null;
  if (!now.vectors) return <Tag>{t("doc_vectors")}</Tag>;
  return <>
    <span className="num quiet">{t("doc_vectors_of", count(now.vectors), count(now.passages ?? now.vectors))}</span>
    <progress max={1} value={now.vectors / Math.max(now.passages ?? 0, now.vectors)} aria-label={t("doc_vectors_progress", name)} />
  </>;
}
