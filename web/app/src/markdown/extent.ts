// How much of a table is drawn and filled in. A table may be brought in with a conversation: a few kilobytes of one that is wide above
// and has thousands of short rows are more cells than a page can draw.

/** Ragged says that more cells are lacking in the rows of a table than may be filled in. The server measures the same (chat/flaw.go). */
export function ragged(all: string[][]): boolean {
  let there = 0;
  for (const row of all) there += row.length;
  return all.length * widthOf(all) - there > 1024 + 4 * (there + all.length - 1);
}

const sheetColumns = 16_384, sheetCell = 32_767; // of a workbook, as the server measures them (exchange/xlsx.go)

/** fitsSheet says whether a sheet can hold a table with a column more than it has. */
export const fitsSheet = (all: string[][]): boolean => widthOf(all) < sheetColumns && all.every((row) => row.every((c) => c.length <= sheetCell));

/** widthOf is how many cells the widest row has. There may be more rows than a call takes arguments. */
export const widthOf = (all: string[][]): number => all.reduce((most, row) => Math.max(most, row.length), 0);

const mostColumns = 200;
const mostCells = 50_000;

/** Extent is how much of a table is drawn. */
export interface Extent { columns: number; rows: number }

/** extentOf is how much is drawn of a table of so many columns and rows, of which so many are wanted. */
export function extentOf(columns: number, rows: number, wanted: number): Extent {
  const wide = Math.min(columns, mostColumns);
  return { columns: wide, rows: Math.min(rows, wanted, Math.floor(mostCells / Math.max(wide, 1))) };
}
