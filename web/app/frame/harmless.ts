/**
 * harmless takes out of a diagram's text what is no part of the drawing: how it is to be drawn, pictures and icons from
 * elsewhere, and functions of styles. The sandbox would let none of it do anything; so it is not even tried.
 */
export function harmless(text: string): string {
  return text
    .replace(/^\s*---\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\r?\n|$)/, (_, head: string) => {
      const title = /^title:[^\n]*$/m.exec(head)?.[0];
      return title ? `---\n${title}\n---\n` : "";
    })
    .replace(/%%\{[\s\S]*?\}%%/g, "")
    .replace(/@\{[^}]*\}/g, (all) => (/\b(img|icon)\s*:/i.test(all) ? "" : all))
    .replace(/\b(url|image|image-set|src|attr|expression)\s*\(/gi, "$1 (")
    .replace(/@import/gi, "@ import");
}
