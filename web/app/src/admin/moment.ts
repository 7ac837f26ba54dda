// Moments as a field for them has them.

import { when } from "../text";
import type { Told } from "./calls";

const two = (n: number): string => String(n).padStart(2, "0");

/** toLocal writes a moment for a field of type datetime-local. */
export const toLocal = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

/** fromLocal reads what such a field has, as the server reads it. */
export const fromLocal = (text: string): string => new Date(text).toISOString();

/** stateOf says whether an announcement is seen now. */
export function stateOf(a: Pick<Told, "begins" | "ends">, now = new Date()): "now" | "later" | "past" {
  if (when(a.begins) > now) return "later";
  return a.ends !== null && when(a.ends) <= now ? "past" : "now";
}
