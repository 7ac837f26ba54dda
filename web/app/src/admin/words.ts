// The words of a house as one types them: those of a line mean the same.

export interface Group { id: number; text: string }

export const bounds = { groups: 2000, words: 20, bytes: 100 }; // the server's

/** wordsOf reads a line: words and phrases divided by commas, semicolons or tabs, each once. */
export function wordsOf(text: string): string[] {
  const all = text.split(/[,;\t\n，、]/).map((w) => w.normalize("NFC").replace(/\s+/g, " ").trim()).filter(Boolean);
  return all.filter((w, n) => all.findIndex((x) => x.toLowerCase() === w.toLowerCase()) === n);
}

export const lineOf = (words: string[]): string => words.join(", ");

/** wrongWith names what is wrong with a line, "" is nothing. An empty line is none. */
export function wrongWith(text: string): "" | "glossary_one" | "glossary_many" | "glossary_long" {
  const words = wordsOf(text);
  if (words.length === 0) return "";
  if (words.length === 1) return "glossary_one";
  if (words.length > bounds.words) return "glossary_many";
  return words.some((w) => new TextEncoder().encode(w).length > bounds.bytes) ? "glossary_long" : "";
}

/** groupsOf are the lines that say something, as the server takes them. */
export const groupsOf = (all: Group[]): string[][] => all.map((g) => wordsOf(g.text)).filter((w) => w.length > 0);

/** linesOf reads what was copied from a table or a text: a group a line. */
export const linesOf = (pasted: string): string[] => pasted.split(/\r?\n/).map((line) => lineOf(wordsOf(line))).filter(Boolean);
