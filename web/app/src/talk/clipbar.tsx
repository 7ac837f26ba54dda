import { useEffect, useState } from "react";
import { documents, type Version } from "../documents/calls";
import { Kind, kindOf } from "../documents/kind";
import { uploadShare, uploadText } from "../documents/panel";
import { canRetry, isOpen, isSending, retry, useUploads, type Upload } from "../documents/uploads";
import { watchReading } from "../documents/watch";
import { told } from "../net";
import { IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toast";
import { openVersion } from "../reading/state";
import type { Attachment } from "../api";
import { bytes, count, useText } from "../text";
import { detach, loadClips, useClips, useShownUploads } from "./clips";
import type { Clip } from "./drafts";

/** ClipBar is what goes with the next question: each file with how far it has come, and a way to take it out. */
export function ClipBar({ conversation, typed }: { conversation: string; typed: boolean }) {
  const t = useText();
  const clips = useClips(conversation);
  const ids = useShownUploads(conversation);
  const every = useUploads((all) => all);
  useEffect(() => loadClips(conversation), [conversation]);
  const ups = every.filter((u) => ids.includes(u.id));
  const kept = clips.filter((c) => !ups.some((u) => u.document === c.document));
  if (ups.length === 0 && kept.length === 0) return null;
  const off = (what: Parameters<typeof detach>[1]) => void detach(conversation, what).catch((err: unknown) => toast(told(err), "bad"));
  const open = ups.filter(isOpen);
  return (
    <>
      <ul className="clips" aria-label={t("clips")}>
        {kept.map((c) => <KeptClip key={c.document} clip={c} onRemove={() => off({ clip: c })} />)}
        {ups.map((u) => <UpClip key={u.id} u={u} onRemove={() => off({ upload: u })} />)}
      </ul>
      {open.length > 0 && typed && <p className="clip-note" role="status"><Icon name="info" size={14} />{t(open.some(isSending) ? "clip_sending_note" : "clip_reading_note")}</p>}
    </>
  );
}

function UpClip({ u, onRemove }: { u: Upload; onRemove(): void }) {
  const t = useText();
  const share = uploadShare(u);
  return (
    <li className={"clip " + u.state} data-clip={u.name}>
      <Kind kind={kindOf(u.name)} />
      <span className="grow"><span className="cut">{u.name}</span><span className="clip-how cut num" {...(u.error && { title: u.error })}>{uploadText(t, u)}</span>
        {isOpen(u) && u.state !== "waiting" && <progress max={1} {...(share >= 0 && { value: share })} aria-label={t("up_progress", u.name)} />}</span>
      {canRetry(u) && <IconButton small icon="redo" label={t("up_retry", u.name)} tip="top" onClick={() => void retry(u.id)} />}
      <IconButton small icon="close" label={t("clip_remove", u.name)} tip="top" onClick={onRemove} />
    </li>
  );
}

function KeptClip({ clip, onRemove }: { clip: Clip; onRemove(): void }) {
  const t = useText();
  const [v, setV] = useState<Version | null>(null);
  useEffect(() => {
    let end = () => {};
    let gone = false;
    documents.version(clip.version).then((now) => {
      if (gone) return;
      setV(now);
      if (now.state === "waiting") end = watchReading(now.id, setV);
    }, () => {}); // what is not to be seen any more the server refuses with the question
    return () => { gone = true; end(); };
  }, [clip.version]);
  const how = !v ? bytes(clip.size) : v.state === "waiting" ? (v.total > 0 ? t("doc_reading_of", count(v.done), count(v.total)) : t("doc_reading")) : v.state === "read" ? (v.pages > 0 ? t("doc_pages", count(v.pages)) : t("doc_read")) : v.error?.message ?? t("doc_cancelled");
  return (
    <li className={"clip " + (v?.state ?? "")} data-clip={clip.name}>
      <Kind kind={kindOf(clip.name)} />
      <span className="grow"><span className="cut">{clip.name}</span><span className="clip-how cut num">{how}</span></span>
      <IconButton small icon="close" label={t("clip_remove", clip.name)} tip="top" onClick={onRemove} />
    </li>
  );
}

/** MessageDocuments are the documents that came with a question, each open at a press. */
export function MessageDocuments({ of }: { of: Attachment[] | undefined }) {
  const t = useText();
  const all = (of ?? []).filter((a) => a.document);
  if (all.length === 0) return null;
  return (
    <ul className="clips sent" aria-label={t("clips_sent")}>
      {all.map((a, n) => (
        <li key={n} className="clip">
          {a.deleted || a.withheld || !a.version ? <><Icon name="file" size={18} /><span className="quiet">{t(a.withheld ? "clip_withheld" : "clip_deleted")}</span></>
            : <button type="button" onClick={() => a.version && openVersion(a.version, a.name)}><Kind kind={kindOf(a.name)} /><span className="grow"><span className="cut">{a.name}</span><span className="clip-how num">{bytes(a.size)}</span></span></button>}
        </li>
      ))}
    </ul>
  );
}
