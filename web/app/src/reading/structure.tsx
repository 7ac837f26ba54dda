import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { told } from "../net";
import { Button } from "../parts/button";
import { Skeleton, Trouble } from "../parts/plain";
import { useText } from "../text";
import { Blocks, Marking, WholeTable } from "./block";
import { readingKey, rooms, type Item } from "./calls";
import { partsWith, wholeTable } from "./grid";
import { marksOf, partOf, type Shown } from "./load";

const around = 1; // parts that are fetched before and after the one with the mark
const ahead = 2; // parts that are fetched at once when an end comes into sight

/** Structure shows the parts of a document around a place, and more of them where somebody scrolls to an end. */
export default function Structure({ shown }: { shown: Shown }) {
  const t = useText();
  const { hit, source, head, places, turn } = shown;
  const here = readingKey(source, head);
  const parts = head.parts?.length ?? 0;
  const [items, setItems] = useState<Item[]>([]);
  const [error, setError] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const wanted = partOf(shown);
  const marks = useMemo(() => ({ marks: marksOf(places.texts), unit: head.unit }), [places, head]);
  const hidden = useMemo(() => new Set(head.pages?.flatMap((p) => (p.hidden ? [p.number] : []))), [head]);
  const from = items[0]?.part ?? 0, to = items.at(-1)?.part ?? -1;
  const fetched = useRef(""); // the document that the parts are of

  useEffect(() => {
    if (fetched.current === here && items.some((i) => i.part === wanted)) return;
    const stop = new AbortController();
    const a = Math.max(0, wanted - around), b = Math.min(parts - 1, wanted + around);
    if (parts === 0) { setItems([]); return; }
    rooms.content(source, a, b, true, stop.signal).then(
      (c) => { fetched.current = here; setItems(c.items); setError(""); },
      (err: unknown) => { if (!stop.signal.aborted) setError(told(err)); },
    );
    return () => stop.abort();
    // Only for another place: what was scrolled to stays.
  }, [here, wanted, parts, turn]);

  // The mark is in the middle of what is seen, once it is there.
  const went = useRef("");
  useLayoutEffect(() => {
    const key = here + " " + turn;
    if (went.current === key || fetched.current !== here || !items.some((i) => i.part === wanted)) return;
    went.current = key;
    const el = box.current, mark = el?.querySelector("mark.hit") ?? el?.querySelector(`[data-part="${wanted}"]`);
    if (!el || !mark) return;
    const at = mark.getBoundingClientRect(), seen = el.getBoundingClientRect(); // only this box is scrolled, and nothing around it
    el.scrollTop += at.top - seen.top - (mark.matches("mark") ? seen.height / 3 : 0);
  }, [items, turn, wanted, here, marks]);

  const more = async (a: number, b: number) => {
    try {
      const got = (await rooms.content(source, Math.max(0, a), Math.min(parts - 1, b), true)).items;
      const el = box.current;
      const left = el ? el.scrollHeight - el.scrollTop : 0;
      const before = (got[0]?.part ?? 0) < from;
      setItems((now) => [...now, ...got.filter((g) => now.every((i) => i.part !== g.part))].sort((x, y) => x.part - y.part));
      if (before && el) requestAnimationFrame(() => { el.scrollTop = el.scrollHeight - left; });
    } catch (err) { setError(told(err)); }
  };

  if (error) return <div className="room-body"><Trouble text={error} /></div>;
  if (parts > 0 && items.length === 0) return <div className="room-body"><Skeleton lines={8} /></div>;
  let page = from > 0 ? (head.parts?.[from - 1]?.page ?? 0) : 0;
  return (
    <div className="room-body doc" ref={box} tabIndex={0} role="region" aria-label={t("reading_text", hit.title)}>
      <Marking value={marks}>
        {from > 0 && <Button small kind="quiet" className="doc-more" onClick={() => void more(from - ahead, from - 1)}>{t("reading_before")}</Button>}
        {items.map((i) => {
          const last = page;
          page = Math.max(page, ...i.blocks.map((b) => b.page ?? 0));
          const cut = (head.parts?.[i.part]?.end_row ?? 0) > 0; // it is rows of a table
          return <div key={i.part} data-part={i.part}><WholeTable value={cut ? () => wholeTable(source, "", partsWith(head.parts ?? [], i.part)) : null}><Blocks blocks={i.blocks} last={last} hidden={hidden} /></WholeTable></div>;
        })}
        {to < parts - 1 && <After key={to} onSeen={() => void more(to + 1, to + ahead)} />}
        {parts === 0 && <p className="quiet">{t("reading_empty")}</p>}
      </Marking>
    </div>
  );
}

/** After calls for more when it comes into sight, or is pressed. */
function After({ onSeen }: { onSeen(): void }) {
  const t = useText();
  const el = useRef<HTMLDivElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    const sight = new IntersectionObserver((all) => { if (all.some((e) => e.isIntersecting)) { sight.disconnect(); seen.current(); } }, { rootMargin: "600px" });
    if (el.current) sight.observe(el.current);
    return () => sight.disconnect();
  }, []);
  return <div ref={el} className="doc-more"><Button small kind="quiet" onClick={onSeen}>{t("reading_after")}</Button></div>;
}
