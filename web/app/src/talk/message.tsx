import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { api, type Message } from "../api";
import { composing } from "../keys";
import { Markdown } from "../markdown/markdown";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { clock, count, useText, type Translate } from "../text";
import { Actions } from "./actions";
import { MessageDocuments } from "./clipbar";
import { focusComposer } from "./composer";
import { copied, fold, nothing, type Answer } from "./answer";
import { modeText } from "./mode";
import { Badge, PassagesView } from "./passages";
import { FileView, PieceView, shownPieces, Sources, Steps } from "./pieces";
import { fetchedEvents, holdEvents, PrintedSources } from "./print";
import { Rests } from "./rests";
import { SightLine } from "./sight";
import { goOn, liveOf, resay, sibling, uncover, useThread } from "./thread";
import "../style/reading.css";

/** MessageView is one message with what can be done with it. */
export const MessageView = memo(function MessageView({ m, last }: { m: Message; last: boolean }) {
  if (m.deleted || m.cut) return <Gone m={m} />;
  return m.role === "user" ? <Question m={m} /> : <AnswerView m={m} last={last} />;
});

export function Siblings({ m }: { m: Message }) {
  const t = useText();
  const all = m.siblings ?? [];
  const at = all.indexOf(m.id);
  const busy = useThread((s) => s.writing !== "");
  if (all.length < 2 || at < 0) return null;
  const move = (step: number) => { const to = all[at + step]; if (to) void sibling(to); };
  return (
    <div className="siblings" role="group" aria-label={t("sibling", at + 1, all.length)}>
      <IconButton small icon="back" label={t("sibling_before")} disabled={at === 0 || busy} onClick={() => move(-1)} />
      <span className="num">{at + 1}/{all.length}</span>
      <IconButton small icon="back" className="flip" label={t("sibling_next")} disabled={at === all.length - 1 || busy} onClick={() => move(1)} />
    </div>
  );
}

function Gone({ m }: { m: Message }) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const open = async () => { setBusy(true); await uncover(m); setBusy(false); };
  if (!m.cut) return <article className={"turn gone " + m.role}><p className="quiet small">{t("message_gone")}</p></article>;
  return (
    <article className={"turn gone " + m.role}>
      {m.parent === "" && <p className="quiet small" role="note">{t("branch_cut")}</p>}
      <p className="quiet small">{t("message_cut")} <Button small busy={busy} onClick={() => void open()}>{t("message_open")}</Button></p>
    </article>
  );
}

function Question({ m }: { m: Message }) {
  const t = useText();
  const [editing, setEditing] = useState(false);
  if (editing) return <Edit m={m} onEnd={() => setEditing(false)} />;
  return (
    <article className="turn user">
      <h2 className="sr">{t("said_you")}</h2>
      <div className="bubble">{m.text}</div>
      <Attachments m={m} />
      <div className="acts"><Siblings m={m} /><Actions m={m} onEdit={() => setEditing(true)} /></div>
    </article>
  );
}

/** Attachments are the files that came with a question. */
export function Attachments({ m }: { m: Message }) {
  const files = (m.attachments ?? []).filter((f) => typeof f.name === "string" && typeof f.blob === "string" && !f.document);
  return <><MessageDocuments of={m.attachments} />{files.length > 0 && <div className="attachments">{files.map((f) => <FileView key={f.blob + f.name} file={f} />)}</div>}</>;
}

function Edit({ m, onEnd }: { m: Message; onEnd(): void }) {
  const t = useText();
  const [text, setText] = useState(m.text);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const el = area.current;
    if (!el) return;
    el.style.height = "auto";
    el.style.height = Math.min(el.scrollHeight + 2, innerHeight * 0.5) + "px";
  }, [text]);
  const save = () => { if (text.trim()) { onEnd(); void resay(m, text.trim()); } };
  return (
    <article className="turn user editing">
      <textarea ref={area} className="input" aria-label={t("edit")} value={text} autoFocus onFocus={(e) => e.target.setSelectionRange(text.length, text.length)}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (composing(e.nativeEvent)) return;
          if (e.key === "Escape") { e.preventDefault(); onEnd(); }
          else if ((e.ctrlKey || e.metaKey) && (e.key === "Enter" || e.code === "KeyS")) { e.preventDefault(); save(); }
        }} />
      <div className="dialog-foot"><Button small onClick={onEnd}>{t("cancel")}</Button><Button small kind="main" disabled={!text.trim()} onClick={save}>{t("edit_send")}</Button></div>
    </article>
  );
}

const noLive = { get: () => nothing, subscribe: () => () => {} };

/** useAnswer is an answer as far as it is known: as it is written, as this page saw it end, or as it is stored. */
function useAnswer(m: Message): Answer {
  const live = liveOf(m.id) ?? noLive;
  const now = useSyncExternalStore(live.subscribe, live.get);
  const [stored, setStored] = useState(m.events ?? fetchedEvents(m.id));
  useEffect(() => {
    // Modes beyond plain chat leave more than words.
    if (stored || m.state === "writing" || live !== noLive || !m.mode || m.mode === "chat") return;
    let gone = false;
    api.events(m.id).then((page) => { holdEvents(m.id, page.items); if (!gone) setStored(page.items); }, () => {});
    return () => { gone = true; };
  }, [m.id, m.mode, m.state, live, stored]);
  return useMemo(() => {
    if (live !== noLive) return m.state === "writing" && now.text === "" && m.text ? { ...now, text: m.text } : now;
    return fold(m.text, m.thinking ?? "", stored ?? []);
  }, [live, now, m, stored]);
}

function AnswerView({ m, last }: { m: Message; last: boolean }) {
  const t = useText();
  const a = useAnswer(m);
  const body = useRef<HTMLDivElement>(null);
  const writing = m.state === "writing";
  const inserts = useMemo(() => shownPieces(a).map((p) => ({ at: p.at, key: String(p.number), node: <PieceView piece={p} message={writing ? m.id : ""} /> })), [a.pieces, a.claims.length > 0, writing, m.id]);
  const error = m.error ?? a.error;
  const fresh = useRef(writing); // what was found lies open where the answer was seen to come
  return (
    <article className="turn assistant" aria-busy={writing || undefined}>
      <h2 className="sr">{t("said_model")}</h2>
      <Rests a={a}>
      {a.sight && <SightLine sight={a.sight} title={a.passages?.items.find((p) => p.version === a.sight?.version)?.title} />}
      {a.passages && <PassagesView found={a.passages} open={fresh.current || a.passages.nearest || a.text === ""} />}
      {a.thinking && <Thoughts text={a.thinking} writing={writing && a.text === ""} />}
      {a.steps.length > 0 && <Steps steps={a.steps} />}
      {writing && (a.text === "" || a.phase) && <PhaseLine a={a} />}
      <div ref={body} className="answer" data-message={m.id}><Markdown text={a.text} growing={writing} inserts={inserts} /></div>
      <Badge claims={a.claims} />
      <Sources citations={a.citations} />
      <PrintedSources citations={a.citations} />
      </Rests>
      {!writing && <Ending m={m} finish={m.finish ?? a.finish} error={error} empty={a.text === ""} last={last} />}
      {!writing && (
        <div className={"acts" + (last ? " stay" : "")}>
          <Siblings m={m} />
          <Actions m={m} answer={a} body={body} />
          <span className="grow" />
          <span className="by" data-tip={t(copied(m, a) ? "notice_copied" : "notice_ai")} data-tip-side="top">{t(copied(m, a) ? "notice_copied_short" : "notice_short")}{m.model && !copied(m, a) ? " · " + m.model : ""} · {clock(m.created)}</span>
        </div>
      )}
    </article>
  );
}

export function Thoughts({ text, writing }: { text: string; writing: boolean }) {
  const t = useText();
  return (
    <details className="thoughts">
      <summary>{writing ? <span className="pulse" /> : <Icon name="spark" size={16} />}{t(writing ? "thinking_now" : "thinking")}</summary>
      <div className="thoughts-text">{text}</div>
    </details>
  );
}

const counted = ["pages", "documents"]; // phases whose numbers are of things that people count, and not of tokens

/** phaseText says what goes on: by its name, where this page has no words for it. */
export function phaseText(t: Translate, name: string): string {
  if (name.startsWith("mode:")) return t("talk_phase_mode", modeText(t, name.slice(5)));
  const known = "talk_phase_" + name, text = t(known);
  return text === known ? name : text;
}

/** PhaseLine says what goes on before the first word. */
function PhaseLine({ a }: { a: Answer }) {
  const t = useText();
  const line = useThread((s) => s.line);
  let text = phaseText(t, a.phase?.name ?? "wait");
  if (!line) text = t("line_down");
  const share = a.phase && a.phase.total > 0 ? a.phase.done / a.phase.total : null;
  return (
    <div className="phase" role="status">
      <span className="pulse" /><span>{text}</span>
      {share !== null && <progress max={1} value={share} aria-label={text} />}
      {a.phase && counted.includes(a.phase.name) && <span className="num quiet" aria-hidden="true">{count(a.phase.done)} / {count(a.phase.total)}</span>}
    </div>
  );
}

/** Ending says how an answer ended that did not end by itself. The last one can go on from there. */
export function Ending({ m, finish, error, empty, last }: { m: Message; finish: string; error: Message["error"]; empty: boolean; last: boolean }) {
  const t = useText();
  const busy = useThread((s) => s.writing !== "");
  const on = () => { focusComposer(); void goOn(m); }; // the button goes, and what has the focus with it
  const more = last && !busy && <Button small onClick={on}>{t("continue")}</Button>; // also in the menu, of any answer
  if (error?.message && m.state !== "stopped" && m.state !== "interrupted") return <div className="ending bad"><Icon name="warn" size={16} />{error.message}</div>;
  if (m.state === "stopped") return <div className="ending"><Icon name="stop" size={16} /><span>{t("stopped")}</span>{more}</div>;
  if (m.state === "interrupted") return <div className="ending"><Icon name="warn" size={16} /><span>{t("interrupted")}</span>{more}</div>;
  if (m.state === "failed") return <div className="ending bad"><Icon name="warn" size={16} />{t("failed")}</div>;
  if (finish === "length") return <div className="ending"><Icon name="info" size={16} /><span>{t("cut")}</span>{more}</div>;
  if (empty && m.state === "done") return <div className="ending"><Icon name="info" size={16} />{t("empty_answer")}</div>;
  return null;
}
