import { useRef, useState, type ReactNode } from "react";
import { copyText } from "../copy";
import { download } from "../exchange/save";
import { Refused, told } from "../net";
import { Button, IconButton } from "../parts/button";
import { toast } from "../parts/toast";
import type { Flaw } from "../talk/answer";
import { useText, type Translate } from "../text";
import { fitsSheet, ragged, widthOf } from "./extent";

const day = /^\d{4}([-.\/]) ?\d{1,2}\1 ?\d{1,2}\.?$/;

/** cellShape is how a cell is set: a day in numbers is not broken at its hyphens, and a sentence has room. */
export const cellShape = (text: string): "day" | "long" | undefined => (day.test(text) ? "day" : text.length > 20 ? "long" : undefined);

const number = /^[-+]?\d[\d,]*(\.\d+)?%?$/;

/** formula says whether a spreadsheet could take a text for one. The server does the same for files (exchange/xlsx_cell.go). */
export const formula = (s: string): boolean => /^[\t\r]|^\s*[=@＝＠＋－]/.test(s) || (/^\s*[-+]/.test(s) && !number.test(s.trim()));

/** csv writes rows as a spreadsheet reads them. A cell that it could take for a formula is made harmless. */
export function csv(rows: string[][]): string {
  const cell = (s: string) => {
    const safe = formula(s) ? "'" + s : s;
    return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

const cells = (table: HTMLTableElement | null): string[][] =>
  [...(table?.rows ?? [])].map((row) => [...row.cells].map((c) => c.innerText.trim()));

/** Whole is a table as it is taken away: all of it, also what is not shown. */
export interface Whole { title: string; columns: string[]; rows: string[][]; flaws?: Flaw[] }

/** flawSaid is what is wrong with a row, in words. */
export const flawSaid = (t: Translate, f: Flaw): string => (f.missing.length > 0 ? t("claim_missing", f.missing.join(", ")) : t("row_unchecked"));

/** toldRows are all rows of a table, its heading first, with what is wrong with them in a last column, which a table without flaws has not. One that is too uneven for it is Refused. The server does the same for files (chat/flaw.go). */
export function toldRows(t: Translate, { columns, rows, flaws = [] }: Whole): string[][] {
  const all = [columns, ...rows];
  const words = new Map(flaws.filter((f) => rows[f.row]).map((f) => [f.row + 1, flawSaid(t, f)]));
  if (words.size === 0) return all;
  if (ragged(all)) throw new Refused(t(fitsSheet(all) ? "table_ragged" : "table_formless"), "table_ragged", 0);
  const width = widthOf(all);
  return all.map((row, n) => [...row, ...Array<string>(width - row.length).fill(""), n === 0 ? t("row_checked") : words.get(n) ?? ""]);
}

/** TableActs are what can be done with a table: copied, or saved as a file. whole is asked when something is done. */
export function TableActs({ whole }: { whole(): Whole | Promise<Whole> }) {
  const t = useText();
  const [busy, setBusy] = useState("");
  const save = async (format: "csv" | "xlsx") => {
    setBusy(format);
    try {
      await download("POST", "/api/tables/export", { ...(await whole()), format }, "table." + format);
      toast(t("table_saved"));
    } catch (err) {
      toast(told(err), "bad");
    }
    setBusy("");
  };
  const copy = async () => {
    try {
      copyText(csv(toldRows(t, await whole())));
    } catch (err) {
      toast(told(err), "bad");
    }
  };
  return (
    <span className="table-acts" role="group" aria-label={t("table")}>
      <IconButton small icon="copy" label={t("table_copy")} onClick={() => void copy()} />
      <Button small kind="quiet" icon="down" busy={busy === "csv"} aria-label={t("table_csv")} onClick={() => void save("csv")}>CSV</Button>
      <Button small kind="quiet" icon="down" busy={busy === "xlsx"} aria-label={t("table_xlsx")} onClick={() => void save("xlsx")}>XLSX</Button>
    </span>
  );
}

/** Table scrolls by itself where it is wide, and can be taken away, unless who shows it has acts of its own. */
export function Table({ children, acts = true }: { children?: ReactNode; acts?: boolean }) {
  const t = useText();
  const ref = useRef<HTMLTableElement>(null);
  const whole = (): Whole => {
    const [columns = [], ...rows] = cells(ref.current);
    return { title: "", columns, rows };
  };
  return (
    <figure className="sheet">
      <div className="sheet-in" tabIndex={0} role="region" aria-label={t("table")}><table ref={ref}>{children}</table></div>
      {acts && <figcaption className="sheet-act"><TableActs whole={whole} /></figcaption>}
    </figure>
  );
}
