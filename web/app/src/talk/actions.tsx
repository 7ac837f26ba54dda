import { useState, type RefObject } from "react";
import { api, type Ledger, type Message } from "../api";
import { copyRich, copyText, plainOf } from "../copy";
import { told } from "../net";
import { models } from "../models/state";
import { Button, IconButton } from "../parts/button";
import { confirm } from "../parts/ask";
import { Dialog } from "../parts/dialog";
import { TextField } from "../parts/field";
import { Menu, type MenuItem } from "../parts/menu";
import { toast } from "../parts/toast";
import { useText } from "../text";
import type { Answer } from "./answer";
import { focusComposer, insertText } from "./composer";
import { LedgerDialog } from "./ledger";
import { printTalk } from "./print";
import { ProofDialog } from "./proven";
import { branchAt, goOn, regenerate, removeMessage, sibling, thread, useThread } from "./thread";

const quoted = (text: string) => text.trim().split("\n").map((l) => "> " + l).join("\n") + "\n\n";

/** selectionIn is what is selected inside an element. */
export function selectionIn(el: HTMLElement | null): string {
  const s = getSelection();
  return s && el && s.rangeCount > 0 && el.contains(s.getRangeAt(0).commonAncestorContainer) ? s.toString().trim() : "";
}

export function quote(text: string): void { insertText(quoted(text)); }

/** Actions are what can be done with a message. */
export function Actions({ m, answer, body, onEdit }: { m: Message; answer?: Answer; body?: RefObject<HTMLDivElement | null>; onEdit?(): void }) {
  const t = useText();
  const busy = useThread((s) => s.writing !== "");
  const [ledger, setLedger] = useState<Ledger | null>(null);
  const [editing, setEditing] = useState(false);
  const [proving, setProving] = useState(false);
  const rests = !!answer && (answer.citations.length > 0 || answer.claims.length > 0);
  const copySources = async () => {
    try { await copyText((await api.answerMarkdown(m.id)).text); } catch (err) { bad(err); }
  };
  const bad = (err: unknown) => toast(told(err), "bad");
  const text = answer?.text ?? m.text;
  const showLedger = async () => {
    if (answer?.ledger) { setLedger(answer.ledger); return; }
    try {
      const found = (await api.events(m.id)).items.findLast((e) => e.kind === "ledger");
      if (found) setLedger(found.data as Ledger);
      else toast(t("ledger_none"));
    } catch (err) { bad(err); }
  };
  const remove = async () => {
    if (await confirm({ title: t("message_delete"), detail: t("message_delete_detail"), yes: t("delete"), danger: true })) await removeMessage(m);
  };
  const more = (): MenuItem[] => {
    const others = models.get().offers.filter((o) => o.here && o.model !== m.model).slice(0, 4);
    const selected = selectionIn(body?.current ?? null);
    return [
      ...(body ? [
        { text: t("copy_rich"), icon: "copy" as const, run: () => { if (body.current) void copyRich(body.current, plainOf(text)); } },
        { text: t("copy_plain"), icon: "copy" as const, run: () => void copyText(plainOf(text)) },
        { line: true as const },
      ] : []),
      { text: t(selected ? "quote_selection" : "quote"), icon: "quote", run: () => quote(selected || text) },
      ...(m.role === "assistant" && !busy ? [{ text: t("answer_edit"), icon: "edit" as const, run: () => setEditing(true) }] : []),
      ...(m.role === "assistant" && !busy ? [{ text: t("continue"), icon: "play" as const, run: () => { focusComposer(); void goOn(m); } }] : []),
      ...(m.role === "assistant" && !busy ? others.map((o): MenuItem => ({ text: t("again_with", o.title), icon: "redo", run: () => void regenerate(m, o.model) })) : []),
      { text: t("branch"), icon: "branch", disabled: busy, run: () => { branchAt(m); focusComposer(); toast(t("branched")); } },
      ...(m.role === "assistant" ? [{ text: t("ledger_answer"), icon: "gauge" as const, run: () => void showLedger() }] : []),
      ...(rests ? [{ text: t("proof_again"), icon: "shield" as const, run: () => setProving(true) }] : []),
      { text: t("print"), icon: "file", run: () => void printTalk() },
      { line: true },
      { text: t("delete"), icon: "trash", danger: true, disabled: busy, run: () => void remove() },
    ];
  };
  return (
    <>
      <IconButton small icon="copy" label={t("copy")} onClick={() => copyText(text)} />
      {rests && <IconButton small icon="quote" label={t("copy_sources")} onClick={() => void copySources()} />}
      {onEdit && <IconButton small icon="edit" label={t("edit")} disabled={busy} onClick={onEdit} />}
      {m.role === "assistant" && <>
        <IconButton small icon="redo" label={t("again")} disabled={busy} onClick={() => void regenerate(m)} />
        <Rate m={m} />
      </>}
      <Menu label={t("more")} items={more} trigger={(p) => <IconButton small icon="dots" label={t("more")} {...p} />} />
      {editing && <EditAnswer m={m} text={text} onClose={() => setEditing(false)} />}
      {proving && <ProofDialog message={m.id} onClose={() => setProving(false)} />}
      {ledger && <LedgerDialog ledger={ledger} title={t("ledger_answer")} onClose={() => setLedger(null)} />}
    </>
  );
}

/** EditAnswer puts an answer in a person's own words beside the one that the model gave. */
function EditAnswer({ m, text: before, onClose }: { m: Message; text: string; onClose(): void }) {
  const t = useText();
  const [text, setText] = useState(before);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const fresh = await api.editAnswer(m.id, text);
      onClose();
      await sibling(fresh.id);
    } catch (err) {
      setBusy(false);
      toast(told(err), "bad");
    }
  };
  return (
    <Dialog wide title={t("answer_edit")} detail={t("answer_edit_detail")} onClose={onClose} foot={<>
      <Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" busy={busy} disabled={!text.trim() || text === before} onClick={() => void save()}>{t("save")}</Button>
    </>}>
      <TextField label={t("answer")} value={text} rows={14} autoFocus onChange={(e) => setText(e.target.value)} />
    </Dialog>
  );
}

const reasons = ["wrong", "korean", "off", "unsafe", "slow", "other"];

function Rate({ m }: { m: Message }) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const value = m.rating?.value ?? 0;
  const put = async (v: 1 | -1 | 0, why: string[] = [], text = "") => {
    const before = m.rating;
    const show = (rating: Message["rating"]) => thread.set((s) => ({ messages: s.messages.map((x) => (x.id === m.id ? { ...x, rating } : x)) }));
    show(v === 0 ? null : { value: v, reasons: why, text });
    try {
      await api.rate(m.id, v, why, text);
      if (v !== 0) toast(t("rated"));
    } catch (err) {
      show(before);
      toast(told(err), "bad");
    }
  };
  return (
    <>
      <IconButton small icon="thumbUp" label={t("rate_good")} aria-pressed={value === 1} onClick={() => void put(value === 1 ? 0 : 1)} />
      <IconButton small icon="thumbDown" label={t("rate_bad")} aria-pressed={value === -1} onClick={() => (value === -1 ? void put(0) : setAsking(true))} />
      {asking && <Why onClose={() => setAsking(false)} onDone={(why, text) => { setAsking(false); void put(-1, why, text); }} />}
    </>
  );
}

function Why({ onClose, onDone }: { onClose(): void; onDone(why: string[], text: string): void }) {
  const t = useText();
  const [why, setWhy] = useState<string[]>([]);
  const [text, setText] = useState("");
  const flip = (r: string) => setWhy((s) => (s.includes(r) ? s.filter((x) => x !== r) : [...s, r]));
  return (
    <Dialog title={t("rate_why")} detail={t("rate_why_detail")} onClose={onClose} foot={<>
      <Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" onClick={() => onDone(why, text.trim())}>{t("rate_send")}</Button>
    </>}>
      <div className="chips" role="group" aria-label={t("rate_why")}>
        {reasons.map((r) => <button key={r} type="button" className="chip" aria-pressed={why.includes(r)} onClick={() => flip(r)}>{t("rate_" + r)}</button>)}
      </div>
      <TextField label={t("rate_text")} value={text} onChange={(e) => setText(e.target.value)} rows={3} maxLength={2000} />
    </Dialog>
  );
}
