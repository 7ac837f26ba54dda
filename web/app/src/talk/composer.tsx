import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { bind } from "../keys";
import { move } from "../lists";
import { look, useLook } from "../look";
import { Button, IconButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { toast } from "../parts/toast";
import { useSession } from "../session";
import { useText } from "../text";
import { DropZone, sayGathered } from "../documents/drop";
import { picked, type Gathering } from "../documents/gather";
import { isSending } from "../documents/uploads";
import { ClipBar } from "./clipbar";
import { attach, sending, takeClips, uploadsOf } from "./clips";
import { LedgerBar } from "./ledger";
import { ModePicker } from "./mode";
import { ScopePicker } from "./scope";
import { FillPrompt } from "./fill";
import { watchSendKey } from "./sendkey";
import { suggestions, triggerAt, variables, type Suggestion, type Trigger } from "./suggest";
import { draftOf, giveBack, keepDraft, setField } from "./drafts";
import { chooseScope, makeTemporary, say, sendNext, stop, thread, unqueue, useThread } from "./thread";
import type { Prompt } from "../api";

/** insertText puts a text into the composer from elsewhere: a quotation, an example. */
export let insertText: (text: string, replace?: boolean) => void = () => {};
export const focusComposer = (): void => document.getElementById("composer-input")?.focus();

export function Composer({ ready, why }: { ready: boolean; why: string }) {
  const t = useText();
  const id = useThread((s) => s.id);
  const writing = useThread((s) => s.writing);
  const temporary = useThread((s) => s.temporary);
  const notice = useSession((s) => s?.branding?.notice ?? "");
  const queue = useThread((s) => s.queue);
  const held = useThread((s) => s.held);
  const [text, setText] = useState(() => draftOf(id));
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [offered, setOffered] = useState<Suggestion[]>([]);
  const [chosen, setChosen] = useState(0);
  const [filling, setFilling] = useState<Prompt | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const enterSends = useLook((l) => l.enterSends);
  const [holding, setHolding] = useState<string[]>([]); // questions that wait for the files that go with them
  const files = useRef<HTMLInputElement>(null);

  // The draft belongs to its conversation.
  const owner = useRef(id);
  const typed = useRef(text);
  typed.current = text;
  useEffect(() => {
    if (owner.current === id) return;
    keepDraft(owner.current, typed.current);
    owner.current = id;
    setText(draftOf(id));
  }, [id]);
  useEffect(() => {
    const timer = setTimeout(() => keepDraft(owner.current, text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    const keepNow = () => keepDraft(owner.current, typed.current);
    addEventListener("pagehide", keepNow);
    setField({
      get conversation() { return owner.current; },
      get: () => area.current?.value ?? typed.current,
      set: setText,
      move: (to) => { owner.current = to; },
    });
    return () => { removeEventListener("pagehide", keepNow); keepNow(); setField(null); };
  }, []);

  const set = useCallback((value: string, caret?: number) => {
    setText(value);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(caret ?? value.length, caret ?? value.length);
    });
  }, []);
  useEffect(() => {
    insertText = (more, replace) => set(replace || !area.current?.value ? more : area.current.value.replace(/\s*$/, "\n\n") + more);
  }, [set]);

  useLayoutEffect(() => {
    const fit = () => {
      const el = area.current;
      if (!el) return;
      el.style.height = "auto";
      el.style.height = Math.min(el.scrollHeight, innerHeight * 0.4) + "px";
    };
    fit();
    addEventListener("resize", fit); // its lines break elsewhere
    return () => removeEventListener("resize", fit);
  }, [text]);

  const look4 = (el: HTMLTextAreaElement) => setTrigger(triggerAt(el.value, el.selectionEnd));
  useEffect(() => {
    if (!trigger) { setOffered([]); return; }
    let gone = false;
    void suggestions(trigger).then((all) => { if (!gone) { setOffered(all); setChosen(0); } });
    return () => { gone = true; };
  }, [trigger]);

  const choose = useCallback((s: Suggestion) => {
    const el = area.current;
    if (!trigger || !el) return;
    const rest = el.value.slice(0, trigger.from) + el.value.slice(trigger.to).replace(/^ /, "");
    setTrigger(null);
    if (s.kind === "prompt") {
      if (variables(s.prompt.text).length > 0) { set(rest); setFilling(s.prompt); } else set(s.prompt.text);
    } else {
      set(rest, trigger.from);
      if (s.kind === "model") { thread.set({ model: s.offer.model }); toast(t("model_chosen", s.offer.title)); }
      else if (s.kind === "collection") { chooseScope("collection:" + s.collection.id); toast(t("scope_chosen", s.collection.name)); }
      else if (thread.get().id === "") { thread.set({ folder: s.folder.id }); toast(t("folder_chosen", s.folder.name)); }
      else void move([thread.get().id], s.folder.id).then(() => toast(t("folder_moved", s.folder.name)));
    }
  }, [trigger, set, t]);

  const take = useCallback((got: Gathering) => {
    attach(owner.current, got.files);
    chooseScope("attached"); // what is put in here is what the answer is to rest on
    focusComposer();
  }, []);

  // Asked is what is asked at a press, in a mode of its own, while nothing is typed.
  const submit = useCallback(async (asked = "", mode?: string) => {
    const said = asked || (area.current?.value ?? "").trim();
    if (!said) return;
    if (!ready) { toast(why); return; }
    const into = owner.current;
    setText("");
    setTrigger(null);
    typed.current = "";
    if (area.current) area.current.value = ""; // what is refused comes back before what is typed meanwhile
    keepDraft(owner.current, "");
    if (uploadsOf(into).some(isSending)) {
      setHolding((all) => [...all, said]);
      const { failed } = await sending(into);
      setHolding((all) => all.filter((x) => x !== said));
      // A question is not asked without a file that was to go with it, and not in another conversation.
      const elsewhere = owner.current !== into;
      if (elsewhere || failed.length > 0) {
        giveBack(into, [said]);
        toast(elsewhere ? t("clip_elsewhere") : t("clip_failed", failed[0]?.name ?? ""), "bad");
        return;
      }
    }
    await say(said, takeClips(into), mode);
  }, [ready, why, t]);

  const now = useRef({ submit, choose, offered, chosen, trigger });
  now.current = { submit, choose, offered, chosen, trigger };
  useEffect(() => {
    if (!area.current) return;
    return watchSendKey(area.current, {
      send: () => {
        const { offered: list, chosen: at, trigger: open } = now.current;
        const s = open ? list[at] : undefined;
        if (s) now.current.choose(s);
        else void now.current.submit();
      },
      enterSends: () => look.get().enterSends || now.current.offered.length > 0,
      take: (e) => {
        const { offered: list, chosen: at, trigger: open } = now.current;
        if (!open || list.length === 0) return false;
        if (e.key === "ArrowDown" || e.key === "ArrowUp") setChosen((at + (e.key === "ArrowDown" ? 1 : -1) + list.length) % list.length);
        else if (e.key === "Tab" && list[at]) now.current.choose(list[at]);
        else if (e.key === "Escape") setTrigger(null);
        else return false;
        return true;
      },
    });
  }, []);
  useEffect(() => bind([{ keys: "Shift+Escape", text: "key_input", run: focusComposer }, { keys: "Escape", text: "key_stop", run: () => void stop() }]), []);

  const open = trigger !== null && offered.length > 0;
  return (
    <div className="composer-wrap">
      <DropZone title={t("clip_drop")} detail={t("clip_drop_detail")} onFiles={take} />
      {holding.length > 0 && (
        <section className="queue" aria-label={t("clip_holding")}>
          <ul>{holding.map((said, n) => <li key={n}><span className="spin" aria-hidden="true" /><span className="grow cut">{said}</span><span className="quiet">{t("clip_holding")}</span></li>)}</ul>
        </section>
      )}
      {queue.length > 0 && (
        <section className={"queue" + (held ? " held" : "")} aria-label={t("queue")}>
          {held && <div className="queue-head"><Icon name="info" size={16} /><span className="grow">{t("queue_held", queue.length)}</span>
            <Button small onClick={sendNext}>{t(queue.length > 1 ? "queue_send_all" : "queue_send")}</Button></div>}
          <ul>
            {queue.map((q) => (
              <li key={q.id}><Icon name="arrowUp" size={16} /><span className="grow cut">{q.text}</span>
                <IconButton small icon="edit" label={t("queue_edit")} onClick={() => unqueue(q, true)} />
                <IconButton small icon="close" label={t("queue_remove")} onClick={() => unqueue(q, false)} /></li>
            ))}
          </ul>
        </section>
      )}
      {open && (
        <div className="suggest" role="listbox" id="suggest" aria-label={t("suggest_" + { "/": "prompts", "@": "models", "#": "folders" }[trigger.sign])}>
          <div className="menu-heading">{t("suggest_" + { "/": "prompts", "@": "models", "#": "folders" }[trigger.sign])}</div>
          {offered.map((s, n) => (
            <div key={s.key} id={"suggest-" + n} role="option" aria-selected={n === chosen} className={n === chosen ? "on" : ""}
              onMouseDown={(e) => { e.preventDefault(); choose(s); }} onMouseMove={() => setChosen(n)}>
              <span className="suggest-text">{s.text}</span><span className="grow cut quiet">{s.detail}</span>
            </div>
          ))}
        </div>
      )}
      <div className={"composer" + (temporary ? " temporary" : "")} onClick={(e) => { if (e.target === e.currentTarget) focusComposer(); }}>
        <ClipBar conversation={id} typed={text.trim() !== ""} onAsk={(asked, mode) => void submit(asked, mode)} />
        <textarea ref={area} id="composer-input" rows={1} value={text} autoComplete="off" aria-label={t("message")} placeholder={t(temporary ? "message_temporary" : "message")}
          aria-controls={open ? "suggest" : undefined} aria-activedescendant={open ? "suggest-" + chosen : undefined} aria-autocomplete="list"
          onChange={(e) => { setText(e.target.value); look4(e.target); }} onSelect={(e) => look4(e.currentTarget)} onBlur={() => setTrigger(null)}
          onPaste={(e) => {
            const got = pasted(e.clipboardData, t("clip_pasted"));
            if (!got) return;
            e.preventDefault();
            sayGathered(t, got);
            if (got.files.length > 0) take(got);
          }} />
        <div className="composer-row">
          <input ref={files} type="file" multiple hidden data-pick="clips" onChange={(e) => { const got = picked(e.target.files ?? []); e.target.value = ""; sayGathered(t, got); if (got.files.length > 0) take(got); }} />
          <IconButton icon="clip" label={t("clip_add")} tip="top" onClick={() => files.current?.click()} />
          <ModePicker />
          <ScopePicker />
          {(id === "" || temporary) && (
            <IconButton icon="ghost" label={t("temporary")} tip="top" aria-pressed={temporary} disabled={id !== ""} onClick={() => makeTemporary(!temporary)} />
          )}
          <span className="grow" />
          <LedgerBar text={text} />
          {writing && !text.trim()
            ? <button type="button" id="stop" className="send stop" aria-label={t("stop")} data-tip={t("stop")} data-tip-keys="Esc" onClick={() => void stop()}><Icon name="stop" /></button>
            : <button type="button" id="send" className="send" aria-label={t(writing ? "queue_add" : "send")} data-tip={t(writing ? "queue_add" : "send")} data-tip-keys={enterSends ? "Enter" : "Ctrl+Enter"} disabled={!text.trim()} onClick={() => void submit()}><Icon name="arrowUp" /></button>}
        </div>
      </div>
      <p className="composer-hint">{notice && notice + " "}{t(temporary ? "hint_temporary" : "hint_notice")}</p>
      {filling && <FillPrompt prompt={filling} onClose={() => setFilling(null)} onDone={(v) => { setFilling(null); set(v); }} />}
    </div>
  );
}

/** pasted are the files of a clipboard. A picture that was copied has a name that says nothing: it gets one with the time. */
function pasted(data: DataTransfer, name: string): Gathering | null {
  const all = [...data.files];
  const text = data.getData("text/plain");
  if (all.length === 0 || (text !== "" && !all.some((f) => text.includes(f.name)))) return null; // spreadsheets put a picture beside a text
  const clock = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
  return picked(all.map((f) => (/^image\.\w+$/.test(f.name) ? new File([f], `${name} ${clock}.${f.name.split(".")[1] ?? "png"}`, { type: f.type }) : f)));
}
