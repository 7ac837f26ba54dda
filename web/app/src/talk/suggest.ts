// What is offered while somebody types '/', '@' or '#'.

import { api, type Folder, type Offer, type Prompt } from "../api";
import { loadCollections, shelf } from "../documents/shelf";
import type { Collection } from "../documents/calls";
import { pathText } from "../documents/tree";
import { lists } from "../lists";
import { t } from "../text";

export interface Trigger { sign: "/" | "@" | "#"; word: string; from: number; to: number }

/** triggerAt finds the sign that the word before the caret begins with. '/' counts only where a text begins. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const found = /(^|\s)([/@#])([^\s/@#]*)$/.exec(text.slice(0, caret));
  if (!found) return null;
  const [, before = "", sign = "", word = ""] = found;
  const from = found.index + before.length;
  if (sign === "/" && text.slice(0, from).trim() !== "") return null;
  return { sign: sign as Trigger["sign"], word, from, to: caret };
}

export type Suggestion =
  | { kind: "prompt"; key: string; text: string; detail: string; prompt: Prompt }
  | { kind: "model"; key: string; text: string; detail: string; offer: Offer }
  | { kind: "folder"; key: string; text: string; detail: string; folder: Folder }
  | { kind: "collection"; key: string; text: string; detail: string; collection: Collection };

const clean = (s: string): string => s.normalize("NFC").toLowerCase().replace(/[\s_-]+/g, "");

/** matches ranks by where the word is found: at the beginning first. */
export function matches<T>(items: T[], word: string, textOf: (item: T) => string): T[] {
  const wanted = clean(word);
  if (wanted === "") return items;
  return items
    .map((item) => ({ item, at: clean(textOf(item)).indexOf(wanted) }))
    .filter((x) => x.at >= 0)
    .sort((a, b) => a.at - b.at)
    .map((x) => x.item);
}

let prompts: Promise<Prompt[]> | null = null;
let offers: Promise<Offer[]> | null = null;

/** forgetSuggestions lets prompts and models be fetched again, after they have changed. */
export function forgetSuggestions(): void { prompts = null; offers = null; }

const allPrompts = () => (prompts ??= Promise.all([api.prompts(), api.builtinPrompts()]).then(([own, ours]) => [...own.items, ...ours.items]).catch((): Prompt[] => { prompts = null; return []; }));
const allOffers = () => (offers ??= api.models().then((m) => m.models).catch((): Offer[] => { offers = null; return []; }));

export async function suggestions(tr: Trigger): Promise<Suggestion[]> {
  if (tr.sign === "/") {
    return matches(await allPrompts(), tr.word, (p) => `${p.name} ${p.title} ${p.job ?? ""}`).slice(0, 8)
      .map((p): Suggestion => ({ kind: "prompt", key: p.id, text: "/" + p.name, detail: p.title, prompt: p }));
  }
  if (tr.sign === "@") {
    return matches((await allOffers()).filter((o) => o.here), tr.word, (o) => `${o.title} ${o.model}`).slice(0, 8)
      .map((o): Suggestion => ({ kind: "model", key: o.model, text: o.title, detail: o.note, offer: o }));
  }
  if (shelf.get().state === "") await loadCollections();
  const { collections } = shelf.get();
  return [
    ...matches(lists.get().folders, tr.word, (f) => f.name).slice(0, 8).map((f): Suggestion => ({ kind: "folder", key: f.id, text: f.name, detail: f.instructions, folder: f })),
    ...matches(collections, tr.word, (c) => c.name).slice(0, 8).map((c): Suggestion => ({ kind: "collection", key: c.id, text: pathText(collections, c.id), detail: t("scope_suggested"), collection: c })),
  ];
}

export interface Variable { name: string; choices: string[] }

/** variables are what a prompt asks for: {{name}} and {{name|choice|choice}}, each once. */
export function variables(text: string): Variable[] {
  const out = new Map<string, Variable>();
  for (const [, inside = ""] of text.matchAll(/\{\{([^{}\n]+)\}\}/g)) {
    const [name = "", ...choices] = inside.split("|").map((s) => s.trim());
    if (name && !out.has(name)) out.set(name, { name, choices });
  }
  return [...out.values()];
}

/** standsAlone says whether a variable has a line of its own: what goes there is a text, such as a mail, rather than a word. */
export const standsAlone = (text: string, name: string): boolean =>
  text.split("\n").some((line) => /^\{\{([^{}|]+)\}\}$/.exec(line.trim())?.[1]?.trim() === name);

/** filled puts values into a prompt. */
export const filled = (text: string, values: Record<string, string>): string =>
  text.replace(/\{\{([^{}\n]+)\}\}/g, (_, inside: string) => values[inside.split("|")[0]?.trim() ?? ""] ?? "");
