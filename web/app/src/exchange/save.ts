// Files that a person takes along.

import { send } from "../net";

/** fileName reads the name that the server gives a file. */
export function fileName(disposition: string | null, fallback: string): string {
  if (!disposition) return fallback;
  const wide = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1];
  if (wide) { try { return decodeURIComponent(wide); } catch { /* as it is */ } }
  return /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? fallback;
}

/** saveBlob has the browser keep a file. */
export function saveBlob(blob: Blob, name: string): void {
  const at = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = at;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(at), 60_000);
}

/** download asks for a file and keeps it. What the server refuses is thrown, and nothing is kept. */
export async function download(method: "GET" | "POST", path: string, body: unknown, fallback: string): Promise<void> {
  const reply = await send(method, path, body);
  saveBlob(await reply.blob(), fileName(reply.headers.get("Content-Disposition"), fallback));
}
