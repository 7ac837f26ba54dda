import { useEffect, useState, type ReactNode } from "react";
import { documents, type Version } from "../documents/calls";
import { isPicture, Kind, kindOf, pagesText } from "../documents/kind";
import { uploadShare, uploadText } from "../documents/panel";
import { canRetry, isOpen, isSending, retry, useUploads, type Upload } from "../documents/uploads";
import { watchReading } from "../documents/watch";
import { told } from "../net";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toast";
import { openRegion, openVersion } from "../reading/state";
import type { Attachment } from "../api";
import { bytes, count, useText } from "../text";
import { detach, loadClips, useClips, useShownUploads } from "./clips";
import { clipKey, type Clip } from "./drafts";
import { regionOf } from "./region";
import { Thumb } from "./thumb";

/** ClipBar is what goes with the next question: each file with how far it has come, and a way to take it out. onAsk asks about parts of pages at once. */
export function ClipBar({ conversation, typed, onAsk }: { conversation: string; typed: boolean; onAsk(text: string, mode?: string): void }) {
  const t = useText();
  const clips = useClips(conversation);
  const ids = useShownUploads(conversation);
  const every = useUploads((all) => all);
  useEffect(() => loadClips(conversation), [conversation]);
  const ups = every.filter((u) => ids.includes(u.id));
  const kept = clips.filter((c) => !ups.some((u) => u.document === clipKey(c)));
  if (ups.length === 0 && kept.length === 0) return null;
  const off = (what: Parameters<typeof detach>[1]) => void detach(conversation, what).catch((err: unknown) => toast(told(err), "bad"));
  const open = ups.filter(isOpen);
  return (
    <>
      <ul className="clips" aria-label={t("clips")}>
        {ups.map((u) => <UpClip key={u.id} u={u} onRemove={() => off({ upload: u })} />)}
        {kept.map((c) => <KeptClip key={clipKey(c)} clip={c} onRemove={() => off({ clip: c })} />)}
      </ul>
      {!typed && kept.some(regionOf) && (
        <div className="clip-asks" role="group" aria-label={t("pick_asks")}>
          <Button small icon="spark" onClick={() => onAsk(t("box_ask_explain"))}>{t("pick_explain")}</Button>
          <Button small icon="table" onClick={() => onAsk(t("box_ask_table"), "extract")}>{t("pick_table")}</Button>
        </div>
      )}
      {open.length > 0 && typed && <p className="clip-note" role="status"><Icon name="info" size={14} />{t(open.some(isSending) ? "clip_sending_note" : "clip_reading_note")}</p>}
    </>
  );
}

function UpClip({ u, onRemove }: { u: Upload; onRemove(): void }) {
  const t = useText();
  const share = uploadShare(u);
  return (
    <li className={"clip " + u.state} data-clip={u.name}>
      <Opens open={u.state === "done" && u.version ? () => openVersion(u.version, u.name) : null}>
        <Sign name={u.name} version={u.state === "done" ? u.version : ""} />
        <span className="grow"><span className="cut">{u.name}</span><span className="clip-how cut num" {...(u.error && { title: u.error })}>{uploadText(t, u)}</span>
          {isOpen(u) && u.state !== "waiting" && <progress max={1} {...(share >= 0 && { value: share })} aria-label={t("up_progress", u.name)} />}</span>
      </Opens>
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
  const how = !v ? bytes(clip.size) : v.state === "waiting" ? (v.total > 0 ? t("doc_reading_of", count(v.done), count(v.total)) : t("doc_reading")) : v.state === "read" ? (v.pages > 0 ? pagesText(t, kindOf(clip.name, v.format), v.pages) : t("doc_read")) : v.error?.message ?? t("doc_cancelled");
  const region = regionOf(clip), where = region ? t("pick_page", region.page) : how;
  const open = region ? () => openRegion(clip.version, clip.name, where, region) : () => openVersion(clip.version, clip.name);
  return (
    <li className={"clip " + (v?.state ?? "")} data-clip={clip.name}>
      <Opens open={region || v?.has_reading ? open : null}>
        {region ? <Thumb version={clip.version} {...region} otherwise={<Kind kind={kindOf(clip.name)} />} /> : <Sign name={clip.name} version={v?.has_reading ? clip.version : ""} />}
        <span className="grow"><span className="cut">{clip.name}</span><span className="clip-how cut num">{where}</span></span>
      </Opens>
      <IconButton small icon="close" label={t("clip_remove", region ? `${clip.name}, ${where}` : clip.name)} tip="top" onClick={onRemove} />
    </li>
  );
}

/** Opens is what a clip says of itself, to be pressed once there is something to be seen. */
function Opens({ open, children }: { open: (() => void) | null; children: ReactNode }) {
  return open ? <button type="button" onClick={open}>{children}</button> : <>{children}</>;
}

/** Sign is what a file is known by: a picture by itself, once it has been read. */
function Sign({ name, version }: { name: string; version: string }) {
  const kind = kindOf(name);
  return isPicture(kind) ? <Thumb version={version} otherwise={<Kind kind={kind} />} /> : <Kind kind={kind} />;
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
            : <SentClip a={a} version={a.version} />}
        </li>
      ))}
    </ul>
  );
}

function SentClip({ a, version }: { a: Attachment; version: string }) {
  const t = useText();
  const region = regionOf(a), where = region ? t("pick_page", region.page) : "";
  return (
    <button type="button" onClick={() => (region ? openRegion(version, a.name, where, region) : openVersion(version, a.name))}>
      {region ? <Thumb version={version} {...region} otherwise={<Kind kind={kindOf(a.name)} />} /> : <Sign name={a.name} version={version} />}
      <span className="grow"><span className="cut">{a.name}</span><span className="clip-how num">{where || bytes(a.size)}</span></span>
    </button>
  );
}
