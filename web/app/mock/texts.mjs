// The texts of the page, read out of the Go catalogue: there is one place for them.

import { readdirSync, readFileSync } from "node:fs";

const chat = new URL("../../../chat/", import.meta.url);
const entry = /"ui_(\w+)":\s*\{\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*"),?\s*\}/g;

export function texts(lang) {
  const out = {};
  for (const name of readdirSync(chat).filter((n) => /^texts_ui.*\.go$/.test(n))) {
    for (const [, code, ko, en] of readFileSync(new URL(name, chat), "utf8").matchAll(entry)) out[code] = JSON.parse(lang === "en" ? en : ko).replaceAll("%%", "%");
  }
  return { lang: lang === "en" ? "en" : "ko", texts: out };
}
