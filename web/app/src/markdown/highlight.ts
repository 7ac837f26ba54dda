import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore, type LanguageInput } from "@shikijs/core";
import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";

export interface Token { text: string; kind: string }

// One line a language: each is a file of its own that is fetched when it is first needed.
const languages: Record<string, () => Promise<unknown>> = {
  bash: () => import("@shikijs/langs/bash"),
  c: () => import("@shikijs/langs/c"),
  cpp: () => import("@shikijs/langs/cpp"),
  csharp: () => import("@shikijs/langs/csharp"),
  css: () => import("@shikijs/langs/css"),
  diff: () => import("@shikijs/langs/diff"),
  docker: () => import("@shikijs/langs/docker"),
  go: () => import("@shikijs/langs/go"),
  html: () => import("@shikijs/langs/html"),
  ini: () => import("@shikijs/langs/ini"),
  java: () => import("@shikijs/langs/java"),
  json: () => import("@shikijs/langs/json"),
  kotlin: () => import("@shikijs/langs/kotlin"),
  lua: () => import("@shikijs/langs/lua"),
  make: () => import("@shikijs/langs/make"),
  php: () => import("@shikijs/langs/php"),
  powershell: () => import("@shikijs/langs/powershell"),
  python: () => import("@shikijs/langs/python"),
  r: () => import("@shikijs/langs/r"),
  ruby: () => import("@shikijs/langs/ruby"),
  rust: () => import("@shikijs/langs/rust"),
  sql: () => import("@shikijs/langs/sql"),
  swift: () => import("@shikijs/langs/swift"),
  toml: () => import("@shikijs/langs/toml"),
  tsx: () => import("@shikijs/langs/tsx"),
  xml: () => import("@shikijs/langs/xml"),
  yaml: () => import("@shikijs/langs/yaml"),
};

const aliases: Record<string, string> = {
  "c#": "csharp", "c++": "cpp", cs: "csharp", dockerfile: "docker", golang: "go", htm: "html", javascript: "tsx", js: "tsx", jsx: "tsx", kt: "kotlin", makefile: "make",
  md: "", mjs: "tsx", node: "tsx", patch: "diff", properties: "ini", ps1: "powershell", py: "python", python3: "python", rb: "ruby",
  rs: "rust", sh: "bash", shell: "bash", svg: "xml", ts: "tsx", typescript: "tsx", vue: "html", yml: "yaml", zsh: "bash", postgresql: "sql", mysql: "sql", sqlite: "sql",
};

const theme = createCssVariablesTheme({ name: "page", variablePrefix: "--shiki-", fontStyle: false });
let made: Promise<HighlighterCore> | undefined;
const kept = new Map<string, Token[][]>(); // the last hundred, oldest first

/** highlight cuts code into coloured pieces, line by line; null where the language is not known. */
export async function highlight(code: string, name: string): Promise<Token[][] | null> {
  const lang = aliases[name] ?? name;
  const load = languages[lang];
  if (!load) return null;
  const key = lang + "\n" + code;
  const before = kept.get(key);
  if (before) return before;
  made ??= createHighlighterCore({ themes: [theme], langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) });
  const shiki = await made;
  if (!shiki.getLoadedLanguages().includes(lang)) await shiki.loadLanguage((await load()) as LanguageInput);
  const lines = shiki.codeToTokensBase(code, { lang, theme: "page", tokenizeTimeLimit: 200 }).map((line) =>
    line.map((k) => ({ text: k.content, kind: "tk-" + (/token-([\w-]+)/.exec(k.color ?? "")?.[1] ?? "plain") })));
  kept.set(key, lines);
  if (kept.size > 100) kept.delete(kept.keys().next().value ?? "");
  return lines;
}
