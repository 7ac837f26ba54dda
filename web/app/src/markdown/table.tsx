import { useRef, type ReactNode } from "react";
import { copyText } from "../copy";
import { IconButton } from "../parts/button";
import { useText } from "../text";

/** csv writes rows as a spreadsheet reads them. A cell that it could take for a formula is made harmless. */
export function csv(rows: string[][]): string {
  const cell = (s: string) => {
    const safe = /^[=+@\t\r]|^-[^\d.]/.test(s) ? "'" + s : s;
    return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

const cells = (table: HTMLTableElement | null): string[][] =>
  [...(table?.rows ?? [])].map((row) => [...row.cells].map((c) => c.innerText.trim()));

/** Table scrolls by itself where it is wide, and can be copied. */
export function Table({ children }: { children?: ReactNode }) {
  const t = useText();
  const ref = useRef<HTMLTableElement>(null);
  return (
    <figure className="sheet">
      <div className="sheet-in" tabIndex={0} role="region" aria-label={t("table")}><table ref={ref}>{children}</table></div>
      <div className="sheet-act"><IconButton small icon="copy" label={t("table_copy")} onClick={() => copyText(csv(cells(ref.current)))} /></div>
    </figure>
  );
}
