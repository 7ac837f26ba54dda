// An answer is a fold of its events: the same whether they come now, come again, or were stored long ago.

import type { Ledger } from "../api";
import { cornersOf, type Corners } from "../reading/region";
import { claimOf, passagesOf, versionOf, type Claim, type Passages } from "./proof";
import type { Numbered } from "../stream";

export interface Citation { index: number; title: string; source: string; where: string; snippet: string; url: string; withheld?: boolean }
/** Mark is a stretch of a cell that stands out. sources is the column, from 1, in which [1] is a citation; 0 none. */
export interface Mark { row: number; column: number; start: number; end: number }
/** Flaw is a row that does not stand, as its sources do not have what is missing, or that could not be checked. */
export interface Flaw { row: number; missing: string[]; unchecked: boolean }
export interface Sheet { title: string; columns: string[]; rows: string[][]; marks?: Mark[]; sources?: number; flaws?: Flaw[] }
export interface Plot { title: string; kind: string; spec: unknown }
export interface Attached { name: string; mime: string; blob: string; size: number }
export interface Consent { id: string; what: string; where: string; effect: string; answer?: "allowed" | "refused" }
export interface Verdict { checked: string[]; failed: string[] }
export interface Step { id: string; name: string; arguments: string; result: string | null }

/** Piece is part of an answer beside its words, shown where in them it came. */
export type Piece = { at: number; number: number } & (
  | { kind: "table"; table: Sheet }
  | { kind: "chart"; chart: Plot }
  | { kind: "file"; file: Attached }
  | { kind: "approval"; approval: Consent }
  | { kind: "verdict"; verdict: Verdict }
  | { kind: "unknown"; name: string });

/** Sight says how a part of a page was looked at: its words were read, a model saw it, both, or neither; in how many pieces, if it is long, and whether so small that letters may be lost. */
export interface Sight { by: "words" | "model" | "both" | "none"; version: string; page: number; box?: Corners; pieces?: number; coarse?: boolean }
const lookers: Sight["by"][] = ["words", "model", "both", "none"];

export interface Phase { name: string; done: number; total: number }

export interface Answer {
  number: number; // of the last event
  text: string;
  thinking: string;
  phase: Phase | null;
  steps: Step[];
  citations: Citation[];
  passages: Passages | null; // what was found before the first word
  claims: Claim[]; // in the order of the words
  pieces: Piece[];
  sight: Sight | null; // how a picture was looked at
  ledger: Ledger | null;
  finish: string;
  model: string; // that answered
  usage: { prompt_tokens: number; cached_tokens: number; completion_tokens: number } | null;
  error: { code: string; message: string } | null;
}

export const nothing: Answer = {
  number: 0, text: "", thinking: "", phase: null, steps: [], citations: [], passages: null, claims: [], pieces: [], sight: null, ledger: null, finish: "", model: "", usage: null, error: null,
};

/** copied says whether no model wrote an answer: the program found the sentences of documents that it is made of. Of one that has not come to its end it is not known which model wrote it, but for the mode that asks none. */
export const copied = (m: { mode?: string; model?: string; finish?: string }, a: Pick<Answer, "passages">): boolean =>
  m.mode === "extract" || (!m.model && m.finish === "stop" && a.passages !== null);

type Data = Record<string, unknown>;

const str = (d: Data, name: string): string => (typeof d[name] === "string" ? d[name] : "");
const num = (d: Data, name: string): number => (typeof d[name] === "number" ? d[name] : 0);
const list = (d: Data, name: string): string[] => (Array.isArray(d[name]) ? (d[name] as unknown[]).map(String) : []);

/** step folds one event in. What this page does not know is kept as something it cannot show. */
export function step(a: Answer, ev: Numbered): Answer {
  const d: Data = typeof ev.data === "object" && ev.data !== null ? (ev.data as Data) : {};
  const out: Answer = { ...a, number: Math.max(a.number, ev.number) };
  const here = { at: a.text.length, number: ev.number };
  const piece = (p: Piece) => { out.pieces = [...a.pieces.filter((x) => x.number !== ev.number), p]; };
  switch (ev.kind) {
    case "delta":
      if (typeof d.text === "string" && d.text !== "") out.text = a.text.slice(0, "at" in d ? num(d, "at") : undefined) + d.text;
      if (typeof d.thinking === "string" && d.thinking !== "") out.thinking = a.thinking.slice(0, "thinking_at" in d ? num(d, "thinking_at") : undefined) + d.thinking;
      out.phase = null;
      break;
    case "phase":
      out.phase = { name: str(d, "name"), done: num(d, "done"), total: num(d, "total") };
      break;
    case "call":
      out.steps = [...a.steps.filter((s) => s.id !== str(d, "id")), { id: str(d, "id"), name: str(d, "name"), arguments: str(d, "arguments"), result: null }];
      break;
    case "result":
      out.steps = a.steps.map((s) => (s.id === str(d, "call_id") ? { ...s, result: str(d, "text") } : s));
      if (str(d, "name") === "approval") {
        const answer = str(d, "text") === "allowed" ? "allowed" : "refused";
        out.pieces = a.pieces.map((p) => (p.kind === "approval" && p.approval.id === str(d, "call_id") ? { ...p, approval: { ...p.approval, answer } } : p));
      }
      break;
    case "citation":
      out.citations = [...a.citations.filter((c) => c.index !== num(d, "index")),
        { index: num(d, "index"), title: str(d, "title"), source: str(d, "source"), where: str(d, "where"), snippet: str(d, "snippet"), url: str(d, "url"), ...(d.withheld === true && { withheld: true }) }];
      break;
    case "passages":
      out.passages = passagesOf(d);
      out.phase = null;
      break;
    case "sight":
      out.sight = { by: lookers.find((by) => by === str(d, "by")) ?? "words", version: versionOf(str(d, "version")) || str(d, "version"), page: num(d, "page"), box: cornersOf(d.box), ...(num(d, "pieces") > 1 && { pieces: num(d, "pieces") }), ...(d.coarse === true && { coarse: true }) };
      break;
    case "claim": {
      const claim = claimOf(d);
      out.claims = [...a.claims.filter((c) => c.start !== claim.start), claim].sort((x, y) => x.start - y.start);
      break;
    }
    case "table":
      piece({ ...here, kind: "table", table: { title: str(d, "title"), columns: list(d, "columns"), rows: Array.isArray(d.rows) ? (d.rows as unknown[]).map((r) => (Array.isArray(r) ? r.map(String) : [])) : [],
        ...(Array.isArray(d.marks) && { marks: (d.marks as Record<string, unknown>[]).map((m) => ({ row: num(m, "row"), column: num(m, "column"), start: num(m, "start"), end: num(m, "end") })) }),
        ...(num(d, "sources") > 0 && { sources: num(d, "sources") }),
        ...(Array.isArray(d.flaws) && { flaws: d.flaws.filter((f): f is Data => typeof f === "object" && f !== null).map((f) => ({ row: num(f, "row"), missing: list(f, "missing"), unchecked: f.unchecked === true })) }) } });
      break;
    case "chart":
      piece({ ...here, kind: "chart", chart: { title: str(d, "title"), kind: str(d, "kind"), spec: d.spec } });
      break;
    case "file":
      piece({ ...here, kind: "file", file: { name: str(d, "name"), mime: str(d, "mime"), blob: str(d, "blob"), size: num(d, "size") } });
      break;
    case "approval":
      piece({ ...here, kind: "approval", approval: { id: str(d, "id"), what: str(d, "what"), where: str(d, "where"), effect: str(d, "effect") } });
      break;
    case "verdict":
      piece({ ...here, kind: "verdict", verdict: { checked: list(d, "checked"), failed: list(d, "failed") } });
      break;
    case "ledger":
      out.ledger = d as unknown as Ledger;
      break;
    case "finish":
      out.finish = str(d, "reason");
      out.model = str(d, "model");
      out.phase = null;
      if (typeof d.usage === "object" && d.usage !== null) out.usage = d.usage as Answer["usage"];
      break;
    case "error":
      out.error = { code: str(d, "code"), message: str(d, "message") };
      out.phase = null;
      break;
    case "echo":
    case "call_delta":
      break; // the whole call follows
    default:
      piece({ ...here, kind: "unknown", name: ev.kind });
  }
  return out;
}

/** fold makes an answer of stored events, beginning with the words that are stored beside them. */
export function fold(text: string, thinking: string, events: Numbered[]): Answer {
  const whole = events.reduce(step, nothing);
  return { ...whole, text, thinking: thinking || whole.thinking, phase: null };
}
