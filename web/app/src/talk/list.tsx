import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { Message } from "../api";
import { IconButton } from "../parts/button";
import { dayTime, useText } from "../text";
import { MessageView } from "./message";
import { useThread } from "./thread";

const near = 72; // pixels from the end that still count as the end

const guesses = new WeakMap<Message, number>();

/** guess is about how tall a message will be, before it has been drawn. */
function guess(m: Message | undefined, width: number): number {
  if (!m) return 120;
  const before = guesses.get(m);
  if (before) return before;
  const columns = Math.max(24, Math.min(width, 720) / 9.5);
  let lines = 0;
  for (let at = 0; at <= m.text.length && lines < 1200;) {
    const end = m.text.indexOf("\n", at) < 0 ? m.text.length : m.text.indexOf("\n", at);
    lines += Math.max(1, Math.ceil((end - at) / columns));
    at = end + 1;
  }
  const height = m.role === "user" ? 70 + lines * 25 : 84 + lines * 27;
  guesses.set(m, height);
  return height;
}

/** MessageList draws only the messages in sight, however many there are, and keeps the end in sight while it grows. */
export function MessageList({ jump }: { jump: string }) {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    // Paper has no window: all of the branch is drawn before it is printed.
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => { window.removeEventListener("beforeprint", begin); window.removeEventListener("afterprint", end); };
  }, []);
  return printing ? <Paper /> : <Window jump={jump} />;
}

/** Paper is a conversation to be printed, with what a reader of it must know. */
function Paper() {
  const t = useText();
  const messages = useThread((s) => s.messages);
  const title = useThread((s) => s.conversation?.title ?? "");
  useLayoutEffect(() => {
    const root = document.documentElement.dataset;
    const { theme } = root;
    root.theme = "light"; // paper is
    return () => { root.theme = theme; };
  }, []);
  return (
    <div className="paper">
      <header><h1>{title}</h1><p>{t("notice_paper", dayTime(Date.now()))}</p></header>
      {messages.map((m) => <MessageView key={m.id} m={m} last={false} />)}
    </div>
  );
}

function Window({ jump }: { jump: string }) {
  const t = useText();
  const messages = useThread((s) => s.messages);
  const conversation = useThread((s) => s.id);
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [away, setAway] = useState(false);

  // The same functions each time: with others, everything would be measured anew.
  const width = useRef(760);
  const estimateSize = useCallback((i: number) => guess(messages[i], width.current), [messages]);
  const getItemKey = useCallback((i: number) => messages[i]?.id ?? i, [messages]);
  const getScrollElement = useCallback(() => box.current, []);
  const rows = useVirtualizer({
    count: messages.length,
    getScrollElement,
    estimateSize,
    getItemKey,
    overscan: 3,
    paddingStart: 20,
    paddingEnd: 28,
  });

  const toEnd = useCallback(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);

  // Whoever scrolls up is left in peace; whoever is at the end is kept there.
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    let last = el.scrollTop;
    const seen = () => {
      const left = el.scrollHeight - el.scrollTop - el.clientHeight;
      if (left < near) following.current = true;
      else if (el.scrollTop < last - 2) following.current = false;
      last = el.scrollTop;
      setAway(left > el.clientHeight / 2 && !following.current);
    };
    el.addEventListener("scroll", seen, { passive: true });
    const size = new ResizeObserver(() => {
      width.current = el.clientWidth;
      if (following.current) toEnd();
    });
    size.observe(el);
    if (inner.current) size.observe(inner.current);
    return () => { el.removeEventListener("scroll", seen); size.disconnect(); };
  }, [toEnd]);

  useLayoutEffect(() => {
    following.current = !jump;
    const at = jump ? messages.findIndex((m) => m.id === jump) : -1;
    if (at >= 0) rows.scrollToIndex(at, { align: "start" });
    else { following.current = true; toEnd(); }
    // Only when another conversation is opened or a message is looked for.
  }, [conversation, jump, messages.length > 0]);

  // A question of one's own brings one to the end.
  const asked = messages.at(-2)?.id ?? "";
  useLayoutEffect(() => {
    if (asked.startsWith("local-")) { following.current = true; toEnd(); }
  }, [asked, toEnd]);

  return (
    <div className="list-frame">
      <div ref={box} className="list" tabIndex={-1} id="log" role="log" aria-live="off" aria-label={t("conversation")}>
        <div ref={inner} className="list-in" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const m = messages[row.index];
            return m && (
              <div key={row.key} data-index={row.index} ref={rows.measureElement} className={"list-row" + (m.id === jump ? " found" : "")} style={{ transform: `translateY(${row.start}px)` }}>
                <MessageView m={m} last={row.index === messages.length - 1} />
              </div>
            );
          })}
        </div>
      </div>
      {away && <IconButton icon="arrowDown" label={t("to_end")} className="to-end" tip="top" onClick={() => { following.current = true; toEnd(); }} />}
    </div>
  );
}
