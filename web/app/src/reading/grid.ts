// Tables of a document as they are taken away: a value a cell, and all of a table that is shown in parts.

import type { Whole } from "../markdown/table";
import { Refused } from "../net";
import { count, t } from "../text";
import { rooms, type Block, type Cell, type Content, type Grid, type Part, type Source } from "./calls";

const mostCells = 1 << 20; // of one table that is taken away
const together = 50; // parts of one request, as the server has it

/** textOf is what a cell says. */
export function textOf(c: Cell): string {
  const of = (b: Block): string[] => [(b.marker ? b.marker + " " : "") + (b.text ?? ""), ...(b.table?.cells.map(textOf) ?? []), ...(b.blocks?.flatMap(of) ?? [])];
  return c.shown || c.text || (c.blocks?.flatMap(of).filter((s) => s.trim() !== "").join("\n") ?? "");
}

/** wholeOf lays the cells of a table out in rows. What spans several stands in the first of them. A table without headings begins with its first row. One that is too large is refused. */
export function wholeOf(title: string, grid: Grid): Whole {
  let { rows, cols } = grid;
  for (const c of grid.cells) { rows = Math.max(rows, c.r + 1); cols = Math.max(cols, c.c + 1); }
  if (rows * cols > mostCells) throw new Refused(t("reading_table_large", count(rows), count(cols)), "table_large", 0);
  const all = Array.from({ length: rows }, () => Array.from({ length: cols }, () => ""));
  for (const c of grid.cells) { const row = all[c.r]; if (row) row[c.c] = textOf(c); }
  const [columns = [], ...rest] = all;
  return { title, columns, rows: rest };
}

/** partsWith are the parts that the table of a part goes through: the part alone, but for tables that are sent in parts. */
export function partsWith(parts: Part[], at: number): [from: number, to: number] {
  let from = at, to = at;
  while (from > 0 && (parts[from]?.row ?? 0) > 0) from--;
  while ((parts[to + 1]?.row ?? 0) > 0) to++;
  return [from, to];
}

/** wholeTable fetches the table that is in parts from to to of a document. */
export async function wholeTable(source: Source, title: string, [from, to]: [from: number, to: number]): Promise<Whole> {
  const got: Content[] = [];
  for (let a = from; a <= to; a += together) got.push(await rooms.content(source, a, Math.min(to, a + together - 1), true));
  const grids = got.flatMap((c) => c.items).flatMap((i) => i.blocks).flatMap((b) => b.table ?? []);
  const first = grids[0];
  if (!first) return { title, columns: [], rows: [] };
  let cells: Cell[] = [];
  for (const g of grids) cells = cells.concat(g.cells);
  return wholeOf(title, { ...first, cells });
}
