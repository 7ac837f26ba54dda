// What a file would bring, and what of it would stay behind.

export interface Skipped { code: string; name: string; count: number; text: string }
export interface Brought { format: string; conversations: number; messages: number; skipped: Skipped[]; ids: string[] }

/** programs are the names of what files come from. */
const programs: Record<string, string> = { chatgpt: "ChatGPT", openwebui: "Open WebUI", librechat: "LibreChat", exaone: "ChatEXAONE" };
export const programOf = (format: string): string => programs[format] ?? format;

export interface Left { text: string; count: number; names: string[] }

/** leftOut gathers what is skipped for the same reason, most first. A few names say which. */
export function leftOut(skipped: Skipped[], names = 3): Left[] {
  const by = new Map<string, Left>();
  for (const s of skipped) {
    const one = by.get(s.code) ?? { text: s.text, count: 0, names: [] };
    one.count += Math.max(1, s.count);
    if (s.name && one.names.length < names && !one.names.includes(s.name)) one.names.push(s.name);
    by.set(s.code, one);
  }
  return [...by.values()].sort((a, b) => b.count - a.count);
}

/** looksRight refuses before sending what cannot be right: too large for the server, or no export at all. */
export function looksRight(name: string, size: number): "" | "import_not_export" | "import_empty" | "import_too_large" {
  if (size === 0) return "import_empty";
  if (size > 512 * 1024 * 1024) return "import_too_large";
  return /\.(json|zip)$/i.test(name) ? "" : "import_not_export";
}
