import { nameIn, type Named } from "../people/directory";
import { everybody } from "../share/calls";
import type { Translate } from "../text";

/** readersText says who may read something of one's own besides oneself. */
export function readersText(t: Translate, names: Named[], readers: string[] | undefined): string {
  if (!readers || readers.length === 0) return t("doc_only_me");
  if (readers.includes(everybody)) return t("share_everybody");
  const said = readers.map((id) => nameIn(names, id));
  return said.length <= 2 ? said.join(", ") : t("doc_readers_more", said.slice(0, 1).join(", "), said.length - 1);
}

/** readersOf are all who read a folder of one's own, by its own name or by those above it. */
export const readersOf = (c: { readers?: string[]; above?: string[] }): string[] => [...new Set([...(c.readers ?? []), ...(c.above ?? [])])];
