import type { ReactNode } from "react";

export interface Column<T> {
  head: string;
  cell(row: T): ReactNode;
  num?: boolean;
  /** tight is no wider than what is in it, on one line. */
  tight?: boolean;
  /** main is what a row is about: the title of its card where there is no room for a table. */
  main?: boolean;
}

/** Grid is a table that becomes a list of cards on a narrow screen. It stays a table to a screen reader: hence the roles. */
export function Grid<T>({ label, rows, columns, keyOf, act, quiet }: { label: string; rows: T[]; columns: Column<T>[]; keyOf(row: T): string; act?(row: T): ReactNode; quiet?(row: T): boolean }) {
  return (
    <table className="grid" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((c) => <th key={c.head} role="columnheader" scope="col" className={c.num ? "num right" : ""}>{c.head}</th>)}
          {act && <td role="cell" />}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row" className={quiet?.(row) ? "off" : ""}>
            {columns.map((c) => (
              <td key={c.head} role="cell" data-head={c.head} className={`${c.main ? "main" : ""}${c.num ? " num right" : ""}${c.tight ? " tight" : ""}`}><div>{c.cell(row)}</div></td>
            ))}
            {act && <td role="cell" className="grid-act"><div>{act(row)}</div></td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
