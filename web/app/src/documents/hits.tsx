import { useEffect, useRef, useState, type ReactNode } from "react";
import { announce } from "../announce";
import { openReading } from "../reading/state";
import { innerOf, spansOf, type Hit as Place } from "../talk/proof";
import { isAbort, told } from "../net";
import { Icon } from "../parts/icon";
import { EmptyState, Skeleton, Tag, Trouble } from "../parts/plain";
import { count, useText } from "../text";
import { documents, type Hit } from "./calls";
import { Kind, kindOf, placeText } from "./kind";

/** marked shows a text with what was found in it. */
export function marked(text: string, marks: [number, number][] | null): ReactNode {
  const out: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marks ?? []) {
    if (from < at || to <= from) continue;
    out.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return [...out, text.slice(at)];
}

export interface Search { hits: Hit[] | null; error: string; busy: boolean }

/** useSearch finds passages while somebody types. What comes late, for a text that is no longer there, is dropped. */
export function useSearch(typed: string, scope: string): Search {
  const t = useText();
  const [now, setNow] = useState<Search>({ hits: null, error: "", busy: false });
  const query = typed.trim();
  useEffect(() => {
    if (query === "") { setNow({ hits: null, error: "", busy: false }); return; }
    const end = new AbortController();
    setNow((s) => ({ ...s, busy: true }));
    const timer = setTimeout(() => {
      documents.find({ query, top: 30, scope }, end.signal).then(
        (got) => { setNow({ hits: got.items, error: "", busy: false }); announce(got.items.length > 0 ? t("doc_found", count(got.items.length)) : t("doc_found_none", query)); },
        (err: unknown) => { if (!isAbort(err)) setNow({ hits: null, error: told(err), busy: false }); });
    }, 120);
    return () => { clearTimeout(timer); end.abort(); };
  }, [query, scope, t]);
  return now;
}

/** Hits are the passages that were found, the best first. */
export function Hits({ of, query }: { of: Search; query: string }) {
  const t = useText();
  const list = useRef<HTMLOListElement>(null);
  if (of.error) return <Trouble text={of.error} />;
  if (of.hits === null) return <Skeleton lines={5} />;
  if (of.hits.length === 0) return <EmptyState icon="search" title={t("doc_found_none", query.trim())} detail={t("doc_found_none_detail")} />;
  const places = of.hits.map((h, n): Place => ({ key: `${h.version}-${n}`, version: h.version, title: h.name, where: h.page > 0 ? placeText(t, kindOf(h.name), h.page) : h.heading, index: 0, page: h.page, spans: spansOf({ text: h.text, spans: h.place?.spans ?? [] }), quote: h.text, inner: innerOf({ text: h.text, heading: h.heading, spans: h.place?.spans ?? [] }, []) }));
  const step = (e: React.KeyboardEvent, n: number) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    const links = list.current?.querySelectorAll<HTMLElement>("li > button");
    if (n + by < 0) document.getElementById("doc-search")?.focus();
    else links?.[n + by]?.focus();
  };
  return (
    <ol ref={list} className={"doc-hits" + (of.busy ? " busy" : "")} id="doc-hits" aria-label={t("doc_hits")}>
      {of.hits.map((h, n) => (
        <li key={`${h.version}-${n}`}>
          <button type="button" onClick={() => openReading(places, n)} onKeyDown={(e) => step(e, n)}>
            <span className="doc-hit-head"><Kind kind={kindOf(h.name)} /><strong className="cut">{h.name}</strong>
              {h.page > 0 && <span className="num quiet">{placeText(t, kindOf(h.name), h.page)}</span>}
              {h.gaps > 0 && <Tag kind="warn">{t("doc_gaps", count(h.gaps))}</Tag>}{h.hidden && <Tag kind="warn">{t("doc_hidden")}</Tag>}</span>
            {h.heading && <span className="doc-hit-where cut">{h.heading}</span>}
            <span className="doc-hit-text">{marked(h.text, h.marks)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** SearchField is where one types what is looked for. */
export function SearchField({ value, onChange, busy, label }: { value: string; onChange(s: string): void; busy: boolean; label: string }) {
  const t = useText();
  return (
    <div className="doc-search">
      <Icon name="search" />
      <input id="doc-search" type="search" value={value} onChange={(e) => onChange(e.target.value)} placeholder={t("doc_search_hint")} aria-label={label} autoComplete="off" spellCheck={false}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing || e.keyCode === 229) return;
          if (e.key === "ArrowDown") { e.preventDefault(); document.querySelector<HTMLElement>("#doc-hits button")?.focus(); }
          else if (e.key === "Escape" && value) { e.preventDefault(); e.stopPropagation(); onChange(""); }
        }} />
      {busy && <span className="spin" aria-hidden="true" />}
    </div>
  );
}
