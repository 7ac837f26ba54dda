// What a file would bring, and what of it would stay behind.

export interface Skipped { code: string; name: string; count: number; text: string }
export interface Brought { format: string; conversations: number; messages: number; skipped: Skipped[]; ids: string[] }

/** programs are the names of what files come from. */
const programs: Record<string, string> = { chatgpt: "ChatGPT", openwebui: "Open WebUI", librechat: "LibreChat", exaone: "ChatEXAONE" };
export const programOf = (format: string): string => programs[format] ?? format;

/** leftOut are the reasons for what stays behind, most first, and how many more there are than are shown. */
export function leftOut(skipped: Skipped[], most = 12): { shown: Skipped[]; more: number } {
  const sorted = [...skipped].sort((a, b) => b.count - a.count);
  return { shown: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

/** looksRight refuses before sending what cannot be right: too large for the server, or no export at all. */
export function looksRight(name: string, size: number): "" | "import_not_export" | "import_empty" | "import_too_large" {
  if (size === 0) return "import_empty";
  if (size > 256 * 1024 * 1024) return "import_too_large";
  return /\.(json|zip)$/i.test(name) ? "" : "import_not_export";
}
