// All conversations of a person, as files.

import { api } from "../api";
import { download } from "./save";

const most = 1000; // conversations in one file: what the server takes

/** allIds are the ids of all conversations, archived ones too. */
export async function allIds(): Promise<string[]> {
  const ids: string[] = [];
  for (const archived of [false, true]) {
    let cursor: string | undefined;
    do {
      const page = await api.conversations({ archived, cursor, limit: 200 });
      for (const c of page.items) if (!ids.includes(c.id)) ids.push(c.id);
      cursor = page.next;
    } while (cursor);
  }
  return ids;
}

/** inParts cuts a list into pieces of at most size. */
export function inParts<T>(all: T[], size: number): T[][] {
  const out: T[][] = [];
  for (let at = 0; at < all.length; at += size) out.push(all.slice(at, at + size));
  return out;
}

/** exportAll saves all conversations, and returns how many they are. */
export async function exportAll(format: "md" | "json"): Promise<number> {
  const ids = await allIds();
  for (const part of inParts(ids, most)) {
    await download("POST", "/api/conversations/bulk", { ids: part, action: "export", format }, format === "md" ? "ChatEXAONE.zip" : "ChatEXAONE.json");
  }
  return ids.length;
}
