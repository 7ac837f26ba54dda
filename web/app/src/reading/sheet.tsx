import { useContext, useEffect, useMemo, useRef, useState } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { TableActs } from "../markdown/table";
import { told } from "../net";
import { Tabs, Trouble } from "../parts/plain";
import { useText } from "../text";
import { BlockView, Marking, Words } from "./block";
import { readingKey, rooms, type Block, type Cell, type Grid } from "./calls";
import { wholeTable } from "./grid";
import { marksOf, partOf, type Shown } from "./load";

const height = 30, heads = 48; // pixels: of a row, and of the column with its number
const least = 72, widest = 340;

/** letters name a column as sheets do: A, B, …, Z, AA. */
export function letters(col: number): string {
  let out = "";
  for (let n = col + 1; n > 0; n = Math.floor((n - 1) / 26)) out = String.fromCharCode(65 + ((n - 1) % 26)) + out;
  return out;
}

interface Held { cells: Cell[]; grid: Grid | null; others: Block[] }

/** SheetView shows sheets as grids, of which only what is in sight is drawn and fetched. */
export default function SheetView({ shown }: { shown: Shown }) {
  const t = useText();
  const { hit, source, head, places, turn } = shown;
  const here = readingKey(source, head);
  const parts = head.parts ?? [];
  const marked = places.texts[0];
  const pageOf = parts[partOf(shown)]?.page ?? head.pages?.[0]?.number ?? 1;
  const [page, setPage] = useState(pageOf);
  useEffect(() => setPage(pageOf), [pageOf, turn]);
  const [held, setHeld] = useState(new Map<number, Held>());
  const [error, setError] = useState("");
  const asked = useRef(new Set<number>());
  useEffect(() => { asked.current = new Set(); setHeld(new Map()); }, [here]);
  const fetchPart = (n: number) => {
    if (asked.current.has(n) || n < 0 || n >= parts.length) return;
    asked.current.add(n);
    rooms.content(source, n, n, true).then((c) => {
      const blocks = c.items[0]?.blocks ?? [];
      const tables = blocks.filter((b) => b.table);
      setHeld((now) => new Map(now).set(n, { cells: tables.flatMap((b) => b.table?.cells ?? []), grid: tables[0]?.table ?? null, others: blocks.flatMap((b) => (b.table ? b.blocks ?? [] : [b])) }));
    }, (err: unknown) => { asked.current.delete(n); setError(told(err)); });
  };
  const mine = useMemo(() => parts.map((p, n) => ({ ...p, n })).filter((p) => (p.page ?? 1) === page), [parts, page]);
  const first = marked && page === pageOf ? marked.part : mine[0]?.n ?? -1;
  useEffect(() => { fetchPart(first); for (const p of mine) if (!p.end_row) fetchPart(p.n); }, [first, mine, here]);

  const known = mine.flatMap((p) => held.get(p.n) ?? []);
  const cells = useMemo(() => known.flatMap((h) => h.cells), [held, mine]);
  const rowCount = Math.max(0, ...mine.map((p) => p.end_row ?? 0), ...known.map((h) => h.grid?.rows ?? 0));
  const colCount = Math.max(0, ...known.map((h) => h.grid?.cols ?? 0));
  const marks = useMemo(() => ({ marks: marksOf(places.texts), unit: head.unit }), [places, head]);
  const name = head.pages?.find((p) => p.number === page)?.label || hit.title;
  const others = known.flatMap((h) => h.others).filter((b) => b.text || b.blocks);
  return (
    <div className="room-body sheets">
      {(head.pages?.length ?? 0) > 1 && (
        <Tabs label={t("reading_sheets")} value={String(page)} onChange={(v) => setPage(Number(v))}
          tabs={(head.pages ?? []).map((p) => [String(p.number), (p.label || String(p.number)) + (p.hidden ? " " + t("reading_sheet_hidden") : "")])} />
      )}
      {rowCount > 0 && <div className="sheet-acts"><TableActs whole={() => wholeTable(source, name, [mine[0]?.n ?? 0, mine.at(-1)?.n ?? -1])} /></div>}
      {marked && page === pageOf && marked.row !== undefined && marked.col !== undefined && (
        <p className="cell-bar"><b>{letters(marked.col)}{marked.row + 1}</b><span className="grow">{places.texts.map((m) => m.quote).join(" · ")}</span></p>
      )}
      {error && <Trouble text={error} />}
      <Marking value={marks}>
        {rowCount > 0 && (
          <GridView key={page} name={name} cells={cells} rows={rowCount} cols={colCount} turn={turn}
            target={marked && page === pageOf && marked.row !== undefined ? { row: marked.row, col: marked.col ?? 0 } : null}
            onRows={(a, b) => { for (const p of mine) if (p.end_row && (p.row ?? 0) <= b && p.end_row > a) fetchPart(p.n); }} />
        )}
        {others.length > 0 && <div className="doc sheet-others">{others.map((b, n) => <BlockView key={n} b={b} />)}</div>}
      </Marking>
      {rowCount === 0 && known.length > 0 && others.length === 0 && <p className="quiet doc">{t("reading_empty")}</p>}
    </div>
  );
}

/** GridView draws the cells in sight. */
function GridView({ name, cells, rows, cols, target, turn, onRows }: {
  name: string; cells: Cell[]; rows: number; cols: number; target: { row: number; col: number } | null; turn: number; onRows(from: number, to: number): void;
}) {
  const t = useText();
  const at = useContext(Marking).marks;
  const marks = (n: number) => at.has(n);
  const box = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => {
    const out = Array.from({ length: cols }, () => least);
    for (const c of cells) if ((c.cs ?? 1) === 1) out[c.c] = Math.min(widest, Math.max(out[c.c] ?? least, 20 + wide(c.shown || c.text || "") * 7.5));
    return out;
  }, [cells, cols]);
  const down = useVirtualizer({ count: rows, getScrollElement: () => box.current, estimateSize: () => height, overscan: 8, paddingStart: height, scrollPaddingStart: height });
  const across = useVirtualizer({ horizontal: true, count: cols, getScrollElement: () => box.current, estimateSize: (n) => widths[n] ?? least, overscan: 3, paddingStart: heads, scrollPaddingStart: heads });
  useEffect(() => { across.measure(); }, [widths]);
  const shown = down.getVirtualItems(), from = shown[0]?.index ?? 0, to = shown.at(-1)?.index ?? 0;
  useEffect(() => { onRows(from, to); }, [from, to]);
  const went = useRef(0);
  useEffect(() => {
    if (!target || went.current === turn || cols === 0 || !cells.some((c) => c.r === target.row)) return;
    went.current = turn;
    down.scrollToIndex(target.row, { align: "center" });
    across.scrollToIndex(target.col, { align: "center" });
  }, [target?.row, target?.col, turn, cols, cells]);
  const starts = useMemo(() => { const out = [heads]; for (const w of widths) out.push((out.at(-1) ?? 0) + w); return out; }, [widths]);
  const columns = across.getVirtualItems();
  const left = columns[0]?.index ?? 0, right = columns.at(-1)?.index ?? 0;
  const byRow = useMemo(() => { const m = new Map<number, Cell[]>(); for (const c of cells) m.set(c.r, [...(m.get(c.r) ?? []), c]); return m; }, [cells]);
  const size = { height: down.getTotalSize(), width: across.getTotalSize() };
  return (
    <div className="grid" ref={box} role="region" aria-label={name} tabIndex={0}>
      <div className="grid-in" role="table" aria-label={name} aria-rowcount={rows + 1} aria-colcount={cols + 1} style={size}>
        <div className="grid-heads" role="row" aria-rowindex={1} style={{ width: size.width }}>
          <span className="grid-corner" role="columnheader" aria-colindex={1}><span className="sr">{t("reading_row")}</span></span>
          {columns.map((c) => <span key={c.index} role="columnheader" aria-colindex={c.index + 2} className={target?.col === c.index ? "on" : undefined} style={{ left: c.start, width: c.size }}>{letters(c.index)}</span>)}
        </div>
        {shown.map((r) => (
          <div key={r.index} role="row" aria-rowindex={r.index + 2} className="grid-row" style={{ top: r.start, width: size.width }}>
            <span role="rowheader" aria-colindex={1} className={"grid-number" + (target?.row === r.index ? " on" : "")}>{r.index + 1}</span>
            {byRow.get(r.index)?.filter((c) => c.c <= right && c.c + (c.cs ?? 1) > left).map((c) => (
              <span key={c.c} role="cell" aria-colindex={c.c + 2} {...((c.cs ?? 1) > 1 && { "aria-colspan": c.cs })} {...((c.rs ?? 1) > 1 && { "aria-rowspan": c.rs })}
                className={"grid-cell" + (marks(c.n) ? " on" : "") + (/^[-+]?[₩$€¥£]?[\d,.]+[%원]?$/.test(c.shown || c.text || "") ? " right" : "")}
                style={{ left: starts[c.c], width: (starts[Math.min(c.c + (c.cs ?? 1), cols)] ?? 0) - (starts[c.c] ?? 0), height: height * (c.rs ?? 1) }} title={c.formula ? "=" + c.formula : undefined}>
                {c.shown && c.shown !== c.text ? (marks(c.n) ? <mark className="hit">{c.shown}</mark> : c.shown) : <Words n={c.n} text={c.text ?? ""} />}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** wide is about how many letters of Latin a text is as wide as. */
const wide = (text: string): number => { let n = 0; for (const c of text.slice(0, 60)) n += c > "\u1100" ? 1.8 : 1; return n; };
