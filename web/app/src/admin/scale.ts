// The numbers behind the charts of usage.

import type { Used } from "./calls";

export const noUse = (key: string, name = key): Used => ({ key, name, requests: 0, prompt: 0, cached: 0, completion: 0 });
export const tokensOf = (u: Used): number => u.prompt + u.completion;

/** dayText is a day as the server writes it, in UTC terms: days are names here, not moments. */
const dayText = (at: Date): string => at.toISOString().slice(0, 10);

/** today is the day it is where the reader is. */
export const today = (now = new Date()): string =>
  [now.getFullYear(), String(now.getMonth() + 1).padStart(2, "0"), String(now.getDate()).padStart(2, "0")].join("-");

/** daysBefore is the day so many days before another. */
export function daysBefore(day: string, n: number): string {
  const at = new Date(day + "T00:00:00Z");
  at.setUTCDate(at.getUTCDate() - n);
  return dayText(at);
}

/** everyDay puts the days on which nothing was used between the others. It draws no more than two years. */
export function everyDay(items: Used[], from: string, to: string): Used[] {
  const known = new Map(items.map((u) => [u.key, u]));
  const out: Used[] = [];
  for (let day = from; day <= to && out.length < 732; day = daysBefore(day, -1)) out.push(known.get(day) ?? noUse(day));
  return out;
}

/** widths are how long two parts of a bar are, out of whole, when the longest of all bars is most. What is there at all shows. */
export function widths(u: Used, most: number, whole: number): [read: number, written: number] {
  if (most <= 0) return [0, 0];
  const part = (n: number) => (n === 0 ? 0 : Math.max(1, (n / most) * whole));
  return [part(u.prompt), part(u.completion)];
}

/** shareOf says a part of a whole in percent, as one reads it: "<1" for what is there but rounds to nothing. */
export function shareOf(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0";
  const percent = (part / whole) * 100;
  return percent < 1 ? "<1" : String(Math.round(percent));
}

/** barSlots places n bars in a width: where each begins, and how wide it is. */
export function barSlots(n: number, width: number): { step: number; bar: number } {
  const step = n > 0 ? width / n : width;
  return { step, bar: Math.max(1, Math.min(28, step * 0.72)) };
}
