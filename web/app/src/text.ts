// Texts come from the server's catalogue, in the language the page is switched to.

import { createStore, useStore } from "./store";

export type Lang = "ko" | "en";
export type Translate = (name: string, ...params: (string | number)[]) => string;

interface Texts { lang: Lang; t: Translate }

/** fill puts parameters into a text with Go's verbs: %s, %d, %[2]s, %%. */
export function fill(text: string, params: (string | number)[]): string {
  let next = 0;
  return text.replace(/%(?:\[(\d)\])?([sd%])/g, (_, at: string | undefined, verb: string) =>
    verb === "%" ? "%" : String(params[at ? Number(at) - 1 : next++] ?? ""));
}

const translator = (texts: Record<string, string>): Translate => (name, ...params) => fill(texts[name] ?? name, params);

function firstLang(): Lang {
  const kept = localStorage.getItem("lang");
  if (kept === "ko" || kept === "en") return kept;
  return /^en\b/.test(navigator.language) ? "en" : "ko";
}

export const texts = createStore<Texts>({ lang: firstLang(), t: (name) => name });

/** t says a text now. What is drawn uses useText, which follows a change of language. */
export const t: Translate = (name, ...params) => texts.get().t(name, ...params);
export const useText = (): Translate => useStore(texts, (s) => s.t);
export const useLang = (): Lang => useStore(texts, (s) => s.lang);
export const lang = (): Lang => texts.get().lang;

/** speak fetches the texts of a language and switches the page to it. */
export async function speak(to: Lang): Promise<void> {
  const reply = await fetch("/api/texts?lang=" + to);
  if (!reply.ok) throw new Error("texts: " + reply.status);
  const body = (await reply.json()) as { lang: Lang; texts: Record<string, string> };
  localStorage.setItem("lang", body.lang);
  document.documentElement.lang = body.lang;
  texts.set({ lang: body.lang, t: translator(body.texts) });
}

/** bytes says a number of bytes as people do. */
export function bytes(n: number): string {
  if (n >= 1e9) return (n / 1e9).toFixed(1) + " GB";
  if (n >= 1e6) return (n / 1e6).toFixed(0) + " MB";
  return Math.max(1, Math.round(n / 1e3)) + " KB";
}

/** count says a number with the separators of the language. */
export const count = (n: number): string => new Intl.NumberFormat(lang()).format(n);

/** short says a large number in the units of the language: 1.2만, 12K. Korean has none between a thousand and ten thousand. */
export const short = (n: number): string =>
  lang() === "ko" && Math.abs(n) < 10_000 ? count(n) : new Intl.NumberFormat(lang(), { notation: "compact", maximumFractionDigits: 1 }).format(n);

/** when reads a time as the server writes it: milliseconds since 1970, seconds, or RFC 3339. */
export function when(at: number | string): Date {
  if (typeof at === "string") return new Date(at);
  return new Date(at < 1e11 ? at * 1000 : at);
}

export const day = (at: number | string): string =>
  new Intl.DateTimeFormat(lang(), { year: "numeric", month: "long", day: "numeric" }).format(when(at));
export const dayTime = (at: number | string): string =>
  new Intl.DateTimeFormat(lang(), { dateStyle: "medium", timeStyle: "short" }).format(when(at));
export const clock = (at: number | string): string =>
  new Intl.DateTimeFormat(lang(), { hour: "numeric", minute: "2-digit" }).format(when(at));
