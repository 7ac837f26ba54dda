// Prompts in order: by whose they are and what job they are for.

import type { Prompt } from "../api";
import { filled, variables } from "../talk/suggest";

/** Job is a family of work that prompts are kept under. */
export interface Job { id: string; name: string }

/** Origin is where a prompt comes from. Those of the program say nothing of whose they are. */
export type Origin = "mine" | "shared" | "ours";
export interface Kept extends Prompt { origin: Origin }

export const originOf = (p: Prompt): Origin => (p.mine ? "mine" : "shared");

/** families are those that a list of prompts is of, in order: what is of none first, what is of an unknown one last. */
export function families(all: Kept[], jobs: Job[]): Job[] {
  const used = new Set(all.map((p) => p.job ?? ""));
  const known = new Set(jobs.map((j) => j.id));
  const others = [...used].filter((id) => id !== "" && !known.has(id)).map((id) => ({ id, name: id }));
  return [{ id: "", name: "" }, ...jobs, ...others].filter((j) => used.has(j.id));
}

const clean = (s: string): string => s.normalize("NFC").toLowerCase().replace(/\s+/g, "");

/** pick are the prompts of a family ("" is any), of an origin ("" is any), that have what is typed in name, title or text. */
export function pick(all: Kept[], where: { job: string; origin: Origin | ""; typed: string }): Kept[] {
  const wanted = clean(where.typed);
  return all.filter((p) => (where.job === "" || (p.job ?? "") === where.job) && (where.origin === "" || p.origin === where.origin)
    && (wanted === "" || [p.name, p.title, p.text].some((s) => clean(s).includes(wanted))));
}

/** shortName makes what can be typed after '/' of a title. */
export const shortName = (title: string): string =>
  [...title.normalize("NFC").trim().toLowerCase().replace(/[\s/\u3000]+/g, "-").replace(/[^\p{L}\p{N}_-]/gu, "")].slice(0, 20).join("").replace(/^-+|-+$/g, "");

/** parts cuts a text at its variables, for showing them. */
export function parts(text: string): { text: string; variable: boolean }[] {
  const out: { text: string; variable: boolean }[] = [];
  let at = 0;
  for (const m of text.matchAll(/\{\{([^{}\n]+)\}\}/g)) {
    if (m.index > at) out.push({ text: text.slice(at, m.index), variable: false });
    out.push({ text: m[1]?.split("|")[0]?.trim() ?? "", variable: true });
    at = m.index + m[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), variable: false });
  return out;
}

/** mistakes says what of a text's variables will not work: braces without a partner, or nothing between them. */
export function mistakes(text: string): "" | "lib_bad_braces" | "lib_bad_empty" {
  if (/\{\{\s*(\|[^{}\n]*)?\}\}/.test(text)) return "lib_bad_empty";
  const rest = text.replace(/\{\{([^{}\n]+)\}\}/g, "");
  return /\{\{|\}\}/.test(rest) ? "lib_bad_braces" : "";
}

export { filled, variables };
