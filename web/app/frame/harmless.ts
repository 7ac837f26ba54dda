/**
 * harmless takes out of a diagram's text what is no part of the drawing: how it is to be drawn, pictures and icons from
 * elsewhere, functions of styles, and HTML. The sandbox would let none of it do anything; so it is not even tried.
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
    .replace(/@import/gi, "@ import")
    .replace(/^[^\S\n]*(?:links?|properties|details)[^\S\n][^\n:]*:[^\n]*$/gim, "") // menus of a sequence's people, which would open by a script in the drawing
    .replace(/(?:<|&lt;?|&#(?:0*60|x0*3c);?|#(?:lt|0*60|x0*3c);)(?=[a-z/!?])/gi, plain)
    .replace(/\bon(?=[a-z]+\s*=(?![=>]))/gi, "on\u200b"); // nobody sees it, and what handles events has another name
}

/** plain is < where a tag could begin, as a sign that begins none: what draws reads names of signs more than once. A new line and a class's kind may stay. */
function plain(sign: string, at: number, text: string): string {
  return sign === "<" && (/^<br\s*\/?>/i.test(text.slice(at, at + 9)) || /^<<\w+>>/.test(text.slice(Math.max(0, at - 1), at + 60))) ? "<" : "＜";
}
