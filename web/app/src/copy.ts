// What goes to the clipboard, in words or with its form.

import { toast } from "./parts/toast";
import { t } from "./text";

/** copyText copies a text and says so. */
export async function copyText(text: string): Promise<void> {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else if (!oldCopy(text)) throw new Error("refused");
    toast(t("copied"));
  } catch {
    toast(t("copy_failed"), "bad");
  }
}

/** copyRich copies what an element shows, with its form and as plain text. */
export async function copyRich(el: HTMLElement, text: string): Promise<void> {
  const clean = el.cloneNode(true) as HTMLElement;
  for (const extra of clean.querySelectorAll("button, figcaption, .sheet-act, .katex-html, [aria-hidden]")) extra.remove();
  for (const node of clean.querySelectorAll("*")) for (const name of ["class", "tabindex", "style"]) node.removeAttribute(name);
  try {
    await navigator.clipboard.write([new ClipboardItem({
      "text/html": new Blob([clean.innerHTML], { type: "text/html" }),
      "text/plain": new Blob([text], { type: "text/plain" }),
    })]);
    toast(t("copied"));
  } catch {
    await copyText(text);
  }
}

/** oldCopy is for pages that are not served over TLS, where browsers offer no clipboard. */
function oldCopy(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** plainOf strips the marks of Markdown, for places that know none. */
export function plainOf(markdown: string): string {
  return markdown
    .replace(/^ {0,3}(```|~~~).*$/gm, "")
    .replace(/^ {0,3}#{1,6}\s+/gm, "")
    .replace(/!?\[([^\]]*)\]\(([^)]*)\)/g, (_, said: string, to: string) => (said === to ? said : `${said} (${to})`))
    .replace(/(\*\*|__|~~)(?=\S)([\s\S]*?\S)\1/g, "$2")
    .replace(/(^|[^\w*])\*(?=\S)([^*\n]*\S)\*/g, "$1$2")
    .replace(/`([^`\n]+)`/g, "$1")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
