// Limits as people type them.

const most = 1_000_000_000_000; // what is more is no limit

/** readLimit reads a limit: nothing is no limit (-1); separators are left out, and 만 and 억 are said, as in 20만. null is none. */
export function readLimit(typed: string): number | null {
  const text = typed.replace(/[\s,_]/g, "");
  if (text === "") return -1;
  const found = /^(\d+(?:\.\d+)?)(만|억|k|m)?$/i.exec(text);
  if (!found) return null;
  const unit = { 만: 1e4, 억: 1e8, k: 1e3, m: 1e6 }[(found[2] ?? "").toLowerCase()] ?? 1;
  const n = Math.round(Number(found[1]) * unit * 1e6) / 1e6;
  return Number.isInteger(n) && n <= most ? n : null;
}

export const limitText = (n: number): string => (n < 0 ? "" : n.toLocaleString("en"));
