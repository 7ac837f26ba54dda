// What an answer has beside its words.

import { createContext, useContext, useState, type ReactNode } from "react";
import { api } from "../api";
import { extentOf } from "../markdown/extent";
import { ChipAt, SourceChip } from "../markdown/source";
import { cellShape, flawSaid, Table, TableActs } from "../markdown/table";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { told } from "../net";
import { toast } from "../parts/toast";
import { bytes, useText } from "../text";
import { Chart } from "./chart";
import type { Answer, Attached, Citation, Consent, Flaw, Mark, Piece, Sheet, Step, Verdict } from "./answer";

/** shownPieces are those that are shown among the words: what was checked of sentences is said at these, and below. */
export const shownPieces = (a: Answer): Piece[] => (a.claims.length > 0 ? a.pieces.filter((p) => p.kind !== "verdict") : a.pieces);

/** PieceView shows a piece of an answer. message is the answer while it is written: what it asks can be answered then. */
export function PieceView({ piece, message = "" }: { piece: Piece; message?: string }) {
  const t = useText();
  switch (piece.kind) {
    case "table": return <SheetView sheet={piece.table} />;
    case "chart": return <Chart plot={piece.chart} />;
    case "file": return <FileView file={piece.file} />;
    case "approval": return <ApprovalView consent={piece.approval} message={message} />;
    case "verdict": return <VerdictView verdict={piece.verdict} />;
    case "unknown": return <div className="card quiet small"><Icon name="help" size={18} /><span>{t("event_unknown", piece.name)}</span></div>;
  }
}

const few = 50;

/** marksOf are what stands out in each cell, in order. They are sorted out once: there may be as many of them as cells. */
function marksOf(sheet: Sheet): (row: number, column: number) => Mark[] {
  const all = new Map<string, Mark[]>();
  for (const m of sheet.marks ?? []) {
    if (m.start >= m.end) continue;
    const at = m.row + "," + m.column;
    const here = all.get(at);
    if (here) here.push(m);
    else all.set(at, [m]);
  }
  return (row, column) => all.get(row + "," + column)?.sort((a, b) => a.start - b.start) ?? [];
}

interface At { sheet: Sheet; row: number; column: number; marks: Mark[] }

/** CellText is a cell: with what stands out in it, and in the column of sources with chips for numbers. */
function CellText({ sheet, row, column, marks }: At) {
  const text = sheet.rows[row]?.[column] ?? "";
  if (sheet.sources === column + 1) {
    return <>{text.split(/(\[\d{1,3}\])/).map((part, n) => (n % 2 ? <ChipAt key={n} index={Number(part.slice(1, -1))} otherwise={part} /> : part))}</>;
  }
  const out: ReactNode[] = [];
  let at = 0;
  for (const m of marks) {
    if (m.start < at) continue;
    out.push(text.slice(at, m.start), <mark key={m.start}>{text.slice(m.start, m.end)}</mark>);
    at = m.end;
  }
  return <>{out}{text.slice(at)}</>;
}

/** CellView is a cell with its text: struck through where its row does not stand. Behind the last one stands what is wrong with the row. */
function CellView({ sheet, row, column, marks, flaw, last }: At & { flaw?: Flaw; last: boolean }) {
  const t = useText();
  const text = <CellText sheet={sheet} row={row} column={column} marks={marks} />;
  if (!flaw) return text;
  const bad = flaw.missing.length > 0;
  return (
    <>
      {bad && column === 0 && <span className="sr">{t("row_struck")} </span>}
      {bad && sheet.sources !== column + 1 && sheet.rows[row]?.[column] ? <del className="claim bad">{text}</del> : text}
      {last && <span className={"claim-tag" + (bad ? " bad" : "")}>{bad && <Icon name="warn" size={13} />}{flawSaid(t, flaw)}</span>}
    </>
  );
}

/** shapeOf is how a column is set: amounts under one another, sources not narrower than what they say. */
function shapeOf(sheet: Sheet, column: number): string | undefined {
  const amounts = sheet.rows.length > 0 && sheet.rows.every((r) => /^[-+]?[₩$€¥£]?[\d,.]*\d[%원]?$|^$/.test(r[column] ?? ""));
  return amounts ? "right" : sheet.sources === column + 1 ? "rests" : undefined;
}

export function SheetView({ sheet }: { sheet: Sheet }) {
  const t = useText();
  const [all, setAll] = useState(false);
  const shown = extentOf(sheet.columns.length, sheet.rows.length, all ? Infinity : few);
  const rows = sheet.rows.slice(0, shown.rows);
  const columns = sheet.columns.slice(0, shown.columns);
  const shape = columns.map((_, c) => shapeOf(sheet, c));
  const marks = marksOf(sheet);
  const flaws = new Map(sheet.flaws?.map((f) => [f.row, f]));
  return (
    <div className="piece">
      <div className="piece-head"><strong className="grow">{sheet.title}</strong>
        <TableActs whole={() => sheet} /></div>
      <Table acts={false}>
        <thead><tr>{columns.map((c, n) => <th key={n} scope="col" className={shape[n]}>{c}</th>)}</tr></thead>
        <tbody>{rows.map((row, n) => <tr key={n}>{columns.map((_, c) => (
          <td key={c} className={shape[c] ?? cellShape(row[c] ?? "")}><CellView sheet={sheet} row={n} column={c} marks={marks(n, c)} flaw={flaws.get(n)} last={c === columns.length - 1} /></td>
        ))}</tr>)}</tbody>
      </Table>
      {sheet.rows.length > few && !all && <Button small kind="quiet" onClick={() => setAll(true)}>{t("table_all", sheet.rows.length)}</Button>}
      {(columns.length < sheet.columns.length || all && rows.length < sheet.rows.length) && <p className="quiet small">{t("table_part", rows.length, columns.length)}</p>}
    </div>
  );
}

/** SaveFile is how a file is saved where it is not one's own; null is by its address. */
export const SaveFile = createContext<((file: Attached) => Promise<void>) | null>(null);

export function FileView({ file }: { file: Attached }) {
  const t = useText();
  const save = useContext(SaveFile);
  const [busy, setBusy] = useState(false);
  const fetchIt = async () => {
    setBusy(true);
    await save?.(file).catch((err: unknown) => toast(told(err), "bad"));
    setBusy(false);
  };
  return (
    <div className="card">
      <span className="card-icon"><Icon name="file" /></span>
      <span className="grow cut"><strong className="cut">{file.name}</strong><span className="quiet small">{[file.mime, bytes(file.size)].filter(Boolean).join(" · ")}</span></span>
      {save ? <Button small busy={busy} onClick={() => void fetchIt()}>{t("file_save")}</Button>
        : <a className="button plain small-button" href={"/api/files/" + encodeURIComponent(file.blob)} download={file.name}>{t("file_save")}</a>}
    </div>
  );
}

/** ApprovalView asks before something is done that cannot be taken back. Refusing is what comes first. */
function ApprovalView({ consent, message }: { consent: Consent; message: string }) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Consent["answer"]>();
  const known = consent.answer ?? answer;
  const reply = async (allow: boolean) => {
    setBusy(true);
    try {
      await api.approve(message, consent.id, allow);
      setAnswer(allow ? "allowed" : "refused");
    } catch (err) {
      toast(told(err), "bad");
    }
    setBusy(false);
  };
  return (
    <div className={"card approval" + (known || !message ? " over" : "")} role="group" aria-label={t("approval")}>
      <div className="approval-head"><Icon name="shield" /><strong>{t("approval")}</strong></div>
      <dl>
        <dt>{t("approval_what")}</dt><dd>{consent.what}</dd>
        <dt>{t("approval_where")}</dt><dd>{consent.where}</dd>
        <dt>{t("approval_effect")}</dt><dd>{consent.effect}</dd>
      </dl>
      {known ? <p className="approval-end"><Icon name={known === "allowed" ? "check" : "close"} size={16} />{t(known === "allowed" ? "approval_yes" : "approval_no")}</p>
        : !message ? <p className="approval-end">{t("approval_over")}</p> : (
          <div className="dialog-foot">
            <Button onClick={() => void reply(false)} disabled={busy}>{t("approval_refuse")}</Button>
            <Button kind="main" onClick={() => void reply(true)} disabled={busy}>{t("approval_allow")}</Button>
          </div>
        )}
    </div>
  );
}

function VerdictView({ verdict }: { verdict: Verdict }) {
  const t = useText();
  const bad = verdict.failed.length > 0;
  return (
    <details className={"card verdict " + (bad ? "bad" : "good")} open={bad}>
      <summary><Icon name={bad ? "warn" : "check"} size={18} />{bad ? t("verdict_failed", verdict.failed.length) : t("verdict_good", verdict.checked.length)}</summary>
      <ul>
        {verdict.failed.map((f) => <li key={f} className="bad">{f}</li>)}
        {verdict.checked.filter((c) => !verdict.failed.includes(c)).map((c) => <li key={c}>{c}</li>)}
      </ul>
    </details>
  );
}

export function Steps({ steps }: { steps: Step[] }) {
  const t = useText();
  return (
    <details className="thoughts">
      <summary><Icon name="list" size={16} />{t("steps", steps.length)}</summary>
      <ol className="steps">
        {steps.map((s) => (
          <li key={s.id}><code>{s.name}</code><pre>{s.arguments}</pre>{s.result !== null && <pre className="quiet">{s.result}</pre>}</li>
        ))}
      </ol>
    </details>
  );
}

const fewSources = 12; // below an answer: a comparison of two regulations rests on a hundred

/** Sources are what an answer rests on, below it: all, or the first of many until somebody wants the others. */
export function Sources({ citations }: { citations: Citation[] }) {
  const t = useText();
  const [all, setAll] = useState(false);
  if (citations.length === 0) return null;
  const sorted = [...citations].sort((a, b) => a.index - b.index);
  const folds = sorted.length > fewSources + 1;
  return (
    <>
      <ol className="sources" aria-label={t("sources")}>
        {(folds && !all ? sorted.slice(0, fewSources) : sorted).map((c) => <li key={c.index}><SourceChip source={c} /></li>)}
      </ol>
      {folds && <Button small kind="quiet" className="sources-more" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("passages_fewer") : t("sources_all", sorted.length)}</Button>}
    </>
  );
}
