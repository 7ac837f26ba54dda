import { useContext, useState, type ReactNode } from "react";
import { Proven } from "../markdown/source";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { Tag } from "../parts/plain";
import { day, useText } from "../text";
import { checkedOf, type Claim, type Passage, type Passages } from "./proof";

const few = 3; // that are shown at once

/** PassagesView shows what was found, best first, before any model has said a word. */
export function PassagesView({ found, open }: { found: Passages; open: boolean }) {
  const t = useText();
  const [all, setAll] = useState(false);
  const [extract, setExtract] = useState(false);
  const shown = all ? found.items : found.items.slice(0, few);
  const best = Math.max(...found.items.map((p) => p.score), 0);
  const extracts = found.items.filter((p) => p.extract && !p.withheld && !p.deleted).slice(0, few);
  if (found.items.length === 0) return <p className="passages-none quiet small"><Icon name="search" size={16} />{t("passages_none")}</p>;
  return (
    <details className="passages" open={open}>
      <summary><Icon name="search" size={16} /><span className="grow">{t(found.nearest ? "passages_nearest" : "passages", found.items.length)}{found.among > 0 && <span className="quiet"> · {t("passages_among", found.among)}</span>}</span><Icon name="chevron" size={16} /></summary>
      {extracts.length > 0 && <Button small kind="quiet" icon="quote" aria-expanded={extract} onClick={() => setExtract(!extract)}>{t(extract ? "extract_hide" : "extract_show")}</Button>}
      {extract && <Extracts of={extracts} />}
      <ol className="passage-list">{shown.map((p) => <li key={p.index}><PassageView p={p} best={best} /></li>)}</ol>
      {found.items.length > few && <Button small kind="quiet" aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? "passages_fewer" : "passages_more", found.items.length - few)}</Button>}
    </details>
  );
}

/** Extracts is an answer without a model: the sentences themselves. */
function Extracts({ of }: { of: Passage[] }) {
  const t = useText();
  const proof = useContext(Proven);
  return (
    <div className="extracts" role="group" aria-label={t("extract")}>
      {of.map((p) => {
        const open = proof?.open(p.index, -1);
        return <blockquote key={p.index}><p>{p.extract && p.text.slice(...p.extract).trim()}</p>
          <button type="button" className="link-button small" disabled={!open} onClick={() => open?.()}>[{p.index}] {p.title}{p.where && " · " + p.where}</button></blockquote>;
      })}
    </div>
  );
}

function PassageView({ p, best }: { p: Passage; best: number }) {
  const t = useText();
  const proof = useContext(Proven);
  const [whole, setWhole] = useState(false);
  if (p.deleted || p.withheld) {
    return <div className="passage gone"><span className="source-number">{p.index}</span><span className="grow quiet small"><Icon name={p.deleted ? "trash" : "key"} size={14} /> {t(p.deleted ? "source_deleted" : "source_withheld")}</span></div>;
  }
  const open = proof?.open(p.index, -1);
  const share = best > 0 ? Math.max(0, Math.min(1, p.score / best)) : 0;
  return (
    <article className="passage" aria-label={t("passage", p.index, p.title)}>
      <header>
        <span className="source-number" aria-hidden="true">{p.index}</span>
        <button type="button" className="passage-title grow cut" disabled={!open} onClick={() => open?.()}><strong>{p.title}</strong>{p.where && <span className="quiet"> · {p.where}</span>}</button>
        {best > 0 && <span className="fit" role="img" aria-label={t("passage_fit", Math.round(share * 100))} data-tip={t("passage_fit", Math.round(share * 100))}><span style={{ width: `${share * 100}%` }} /></span>}
      </header>
      {(p.heading || p.date) && <p className="quiet small cut">{[p.heading, p.date && day(p.date)].filter(Boolean).join(" · ")}</p>}
      <p className={"passage-text" + (whole ? " whole" : "")} onClick={() => setWhole(true)}>{highlighted(p)}</p>
      {p.text.length > 160 && <Button small kind="quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>{t(whole ? "passage_less" : "passage_all")}</Button>}
      {p.gaps > 0 && <Tag kind="warn">{t("passage_gaps", p.gaps)}</Tag>}
      {p.hidden && <Tag kind="warn">{t("passage_hidden")}</Tag>}
    </article>
  );
}

/** highlighted is the text of a passage with what matches the question. */
function highlighted(p: Passage): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of p.marks) {
    if (from < at) continue;
    out.push(p.text.slice(at, from), <mark key={from}>{p.text.slice(from, to)}</mark>);
    at = to;
  }
  return [...out, p.text.slice(at)];
}

/** Badge says what was checked of an answer, and never more than that. */
export function Badge({ claims }: { claims: Claim[] }) {
  const t = useText();
  const { checked, cited, failed, loose, bare, seen } = checkedOf(claims);
  const parts = [...checked.map((c) => t("checked_" + c)), failed > 0 ? t("checked_failed", failed) : "", loose > 0 ? t("checked_loose", loose) : "", bare > 0 ? t("checked_bare", bare) : "", seen > 0 ? t("checked_seen", seen) : ""].filter(Boolean);
  if (parts.length === 0) return null; // nothing is said, or of what is said nothing could be looked at: its document is deleted
  return (
    <p className={"badge " + (failed > 0 ? "bad" : cited > 0 && bare + seen === 0 ? "good" : "")} data-tip={t("checked_detail")} data-tip-side="top">
      <Icon name={failed > 0 ? "warn" : cited > 0 ? "check" : "info"} size={15} /><span className="sr">{t("checked")}: </span>{parts.join(" · ")}
    </p>
  );
}
