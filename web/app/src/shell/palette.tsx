import { useEffect, useMemo, useState, type ReactNode } from "react";
import { api, type Found } from "../api";
import { keyText, shortcuts } from "../keys";
import { useLists } from "../lists";
import { Refused } from "../net";
import { Dialog } from "../parts/dialog";
import { Icon, type IconName } from "../parts/icon";
import { go } from "../router";
import { matches } from "../talk/suggest";
import { look } from "../look";
import { useText } from "../text";
import { otherLanguage } from "./account";
import { shell } from "./state";

interface Entry { key: string; icon: IconName; text: string; detail?: ReactNode; keys?: string; run(): void }

/** snippet shows what was found, and where in it. */
export function snippet(f: Found): ReactNode {
  const out: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of f.marks ?? []) {
    out.push(f.snippet.slice(at, from), <mark key={from}>{f.snippet.slice(from, to)}</mark>);
    at = to;
  }
  return [...out, f.snippet.slice(at)];
}

/** Palette finds conversations and what was said in them, and does what the page can do. */
export function Palette() {
  const t = useText();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found[]>([]);
  const [state, setState] = useState<"" | "busy" | "done">("");
  const [cut, setCut] = useState(false);
  const [at, setAt] = useState(0);
  const recent = useLists((l) => l.items);
  const close = () => shell.set({ palette: false });

  useEffect(() => {
    const wanted = text.trim();
    setAt(0);
    if (wanted.length < 1) { setFound([]); setState(""); return; }
    const end = new AbortController();
    setState("busy");
    const timer = setTimeout(() => {
      api.search(wanted, end.signal).then((p) => { setFound(p.items); setCut(p.cut === true); setState("done"); }, (err: unknown) => {
        if (!end.signal.aborted && !(err instanceof Refused && err.code === "search_newer")) setState("done"); // a newer one is on its way
      });
    }, 140);
    return () => { clearTimeout(timer); end.abort(); };
  }, [text]);

  const groups = useMemo((): [string, Entry[]][] => {
    const commands: Entry[] = [
      { key: "new", icon: "edit", text: t("new"), keys: "Ctrl+Shift+O", run: () => go("/") },
      { key: "documents", icon: "book", text: t("documents"), run: () => go("/documents") },
      { key: "models", icon: "bolt", text: t("models"), run: () => go("/models") },
      { key: "prompts", icon: "book", text: t("prompts"), run: () => go("/prompts") },
      { key: "shares", icon: "share", text: t("shares"), run: () => go("/settings/shares") },
      { key: "import", icon: "file", text: t("settings_data"), run: () => go("/settings/data") },
      { key: "settings", icon: "gear", text: t("settings"), keys: "Ctrl+.", run: () => go("/settings") },
      { key: "dark", icon: "moon", text: t("theme_flip"), run: () => look.set({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }) },
      { key: "lang", icon: "outside", text: t("other_language_label"), run: () => void otherLanguage() },
      { key: "keys", icon: "help", text: t("keys"), keys: "Ctrl+/", run: () => shell.set({ keys: true }) },
    ];
    const open = (c: string, m?: string) => go(`/c/${encodeURIComponent(c)}${m ? "?m=" + encodeURIComponent(m) : ""}`);
    const titled = (text.trim() ? matches(recent, text, (c) => c.title) : recent).slice(0, 7)
      .map((c): Entry => ({ key: c.id, icon: c.pinned ? "pin" : "list", text: c.title || t("untitled"), run: () => open(c.id) }));
    const said = found.map((f, n): Entry => ({ key: "s" + n, icon: "quote", text: f.title || t("untitled"), detail: snippet(f), run: () => open(f.conversation, f.message) }));
    const all: [string, Entry[]][] = [[t(text.trim() ? "palette_titles" : "palette_recent"), titled], [t("palette_said"), said], [t("palette_do"), matches(commands, text, (c) => c.text)]];
    return all.filter(([, entries]) => entries.length > 0);
  }, [t, text, recent, found]);

  const flat = groups.flatMap(([, entries]) => entries);
  const run = (e: Entry | undefined) => { if (e) { close(); e.run(); } };
  useEffect(() => { document.getElementById("palette-" + at)?.scrollIntoView({ block: "nearest" }); }, [at]);
  let n = -1;
  return (
    <Dialog bare top title={t("search")} onClose={close}>
      <div className="palette">
        <div className="palette-field"><Icon name="search" />
          <input value={text} onChange={(e) => setText(e.target.value)} autoFocus placeholder={t("search_hint")} aria-label={t("search")} role="combobox" aria-expanded="true"
            aria-controls="palette-list" aria-activedescendant={flat.length > 0 ? "palette-" + at : undefined}
            onKeyDown={(e) => {
              if (e.nativeEvent.isComposing || e.keyCode === 229) return;
              if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); if (flat.length > 0) setAt((at + (e.key === "ArrowDown" ? 1 : -1) + flat.length) % flat.length); }
              else if (e.key === "Enter") { e.preventDefault(); run(flat[at]); }
            }} />
          {state === "busy" && <span className="spin" aria-hidden="true" />}
        </div>
        <div className="palette-list" role="listbox" id="palette-list" aria-label={t("search")}>
          {groups.map(([heading, entries]) => (
            <div key={heading} role="group" aria-label={heading}>
              <div className="menu-heading">{heading}</div>
              {entries.map((e) => {
                const mine = ++n;
                return (
                  <div key={e.key} id={"palette-" + mine} role="option" aria-selected={mine === at} className={"palette-row" + (mine === at ? " on" : "")} onMouseMove={() => setAt(mine)} onClick={() => run(e)}>
                    <Icon name={e.icon} size={18} />
                    <span className="grow"><span className="cut palette-text">{e.text}</span>{e.detail && <span className="palette-detail">{e.detail}</span>}</span>
                    {e.keys && <kbd>{keyText(e.keys)}</kbd>}
                  </div>
                );
              })}
            </div>
          ))}
          {cut && found.length > 0 && state === "done" && <p className="palette-none">{t("search_cut")}</p>}
          {flat.length === 0 && state === "done" && <p className="palette-none">{t("search_none", text.trim())}</p>}
        </div>
      </div>
    </Dialog>
  );
}

export function KeysDialog() {
  const t = useText();
  const fixed: [string, string][] = [["Enter", "key_send"], ["Shift+Enter", "key_line"], ["/", "suggest_prompts"], ["@", "suggest_models"], ["#", "suggest_folders"]];
  return (
    <Dialog title={t("keys")} onClose={() => shell.set({ keys: false })}>
      <dl className="keys">
        {[...shortcuts().map((s): [string, string] => [s.keys, s.text]), ...fixed].map(([keys, text]) => <div key={keys}><dt>{t(text)}</dt><dd><kbd>{keyText(keys)}</kbd></dd></div>)}
      </dl>
    </Dialog>
  );
}
