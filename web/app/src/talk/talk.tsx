import { useEffect, useRef, useState } from "react";
import { api } from "../api";
import { bind } from "../keys";
import { copyText } from "../copy";
import { titleOf, useModels } from "../models/state";
import { useAnswerer, Weak } from "../models/level";
import { Notices } from "../models/notices";
import { Button } from "../parts/button";
import { Brand } from "../parts/brand";
import { EmptyState, Skeleton } from "../parts/plain";
import { go } from "../router";
import { useSession } from "../session";
import { useText } from "../text";
import { quote, selectionIn } from "./actions";
import { Composer, focusComposer } from "./composer";
import { MessageList } from "./list";
import { Suggested } from "./suggested";
import { open, thread, useThread } from "./thread";
import "../style/talk.css";
import "../style/print.css";

/** Talk is the conversation that is open, and where one begins. */
export default function Talk({ id, jump, folder }: { id: string; jump: string; folder: string }) {
  const t = useText();
  const state = useThread((s) => s.state);
  const error = useThread((s) => s.error);
  const shown = useThread((s) => s.id);
  const begun = useThread((s) => s.messages.length > 0);
  const title = useThread((s) => s.conversation?.title ?? "");
  const models = useModels((m) => m.status);
  useEffect(() => {
    // A conversation that has just got its id is open already.
    if (id !== thread.get().id || id === "") void open(id, { folder });
    focusComposer();
  }, [id, folder]);
  useEffect(() => { document.title = title ? `${title} · ChatEXAONE` : "ChatEXAONE"; }, [title]);
  useEffect(() => bind([
    { keys: "Ctrl+Shift+C", text: "key_copy_answer", run: () => { const a = thread.get().messages.findLast((m) => m.role === "assistant"); if (a) void copyText(a.text); } },
    { keys: "Ctrl+Shift+;", text: "key_copy_code", run: () => { const code = [...document.querySelectorAll(".code pre")].at(-1)?.textContent; if (code) void copyText(code.trimEnd()); } },
  ]), []);
  // Documents are quoted also where no model is; where they are not asked, the server says so.
  const unaided = useThread((s) => s.mode !== "chat" && s.scope !== "none");
  const ready = unaided || !models || models.state === "ready";
  const why = t(models?.state === "bringing" ? "not_yet" : "no_model_yet");
  const fresh = id === "" && !begun;
  return (
    <div className={"talk" + (fresh ? " fresh" : "")}>
      <Notices fresh={fresh} />
      {state === "failed" && (
        <div className="talk-state failed"><EmptyState icon="warn" title={t("open_failed")} detail={error}>
          <Button onClick={() => void open(id)}>{t("retry")}</Button><Button kind="main" icon="edit" onClick={() => go("/")}>{t("new")}</Button>
        </EmptyState></div>
      )}
      {state === "loading" && <div className="talk-state reading"><Skeleton lines={4} /></div>}
      {fresh ? <Welcome /> : state === "ready" && shown === id && <MessageList jump={jump} />}
      {!fresh && begun && state === "ready" && shown !== id && <MessageList jump={jump} />}
      <QuoteButton />
      {state !== "failed" && <Composer ready={ready} why={why} />}
      {fresh && <Suggested />}
    </div>
  );
}

function Welcome() {
  const t = useText();
  const name = useSession((s) => s?.person?.name ?? "");
  const folder = useThread((s) => s.folder);
  const temporary = useThread((s) => s.temporary);
  return (
    <section className="welcome">
      <Brand size={44} />
      <h1>{temporary ? t("welcome_temporary") : name ? t("welcome_name", name) : t("welcome")}</h1>
      <p>{temporary ? t("welcome_temporary_detail") : <Whereabouts />}</p>
      {folder && <p className="quiet small"><FolderName id={folder} /></p>}
      <Weak />
    </section>
  );
}

/** Whereabouts says where what is written goes. It promises nothing before that is known. */
function Whereabouts() {
  const t = useText();
  const { name, elsewhere } = useAnswerer();
  if (elsewhere === undefined) return <>&nbsp;</>;
  return <>{elsewhere ? t("welcome_elsewhere", titleOf(name)) : t("welcome_detail")}</>;
}

function FolderName({ id }: { id: string }) {
  const t = useText();
  const [name, setName] = useState("");
  useEffect(() => { void api.folders().then((f) => setName(f.items.find((x) => x.id === id)?.name ?? ""), () => {}); }, [id]);
  return name ? <>{t("in_folder", name)}</> : null;
}

/** QuoteButton appears beside what is selected in an answer. */
function QuoteButton() {
  const t = useText();
  const [at, setAt] = useState<{ left: number; top: number; text: string } | null>(null);
  const held = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const seen = () => {
      const s = getSelection();
      const answer = s?.anchorNode?.parentElement?.closest<HTMLElement>(".answer") ?? null;
      const text = selectionIn(answer);
      if (!s || !text) { setAt(null); return; }
      const r = s.getRangeAt(0).getBoundingClientRect();
      setAt({ left: Math.min(innerWidth - 60, Math.max(60, r.left + r.width / 2)), top: Math.max(60, r.top - 44), text });
    };
    const up = (e: Event) => { if (!(e.target instanceof Node && held.current?.contains(e.target))) setTimeout(seen, 0); };
    const gone = () => setAt(null);
    document.addEventListener("mouseup", up);
    document.addEventListener("keyup", up);
    document.addEventListener("scroll", gone, true);
    return () => { document.removeEventListener("mouseup", up); document.removeEventListener("keyup", up); document.removeEventListener("scroll", gone, true); };
  }, []);
  if (!at) return null;
  return (
    <div ref={held} className="quote-button" style={{ left: at.left, top: at.top }}>
      <Button small icon="quote" onMouseDown={(e) => e.preventDefault()} onClick={() => { quote(at.text); setAt(null); getSelection()?.removeAllRanges(); }}>{t("quote")}</Button>
    </div>
  );
}
