// Shortcuts. None fires while a syllable is being composed.

export interface Shortcut { keys: string; text: string; run(): void; anywhere?: boolean }

/** composing reports whether a key belongs to an input method, which must have it. */
export const composing = (e: KeyboardEvent): boolean => e.isComposing || e.keyCode === 229;

/** combo names a key press as shortcuts are written: "Ctrl+Shift+O", "Escape". Command counts as Ctrl. */
export function combo(e: KeyboardEvent): string {
  const parts: string[] = [];
  if (e.ctrlKey || e.metaKey) parts.push("Ctrl");
  if (e.altKey) parts.push("Alt");
  if (e.shiftKey) parts.push("Shift");
  // The key's place, where there is one: with a Korean layout e.key is a letter of Hangul.
  const code = /^Key([A-Z])$/.exec(e.code)?.[1] ?? { Semicolon: ";", Slash: "/", Period: "." }[e.code] ?? e.key;
  parts.push(code);
  return parts.join("+");
}

let all: Shortcut[] = [];
export const shortcuts = (): readonly Shortcut[] => all;

/** bind adds shortcuts until what it returns is called. */
export function bind(more: Shortcut[]): () => void {
  all = [...all, ...more];
  return () => { all = all.filter((s) => !more.includes(s)); };
}

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
/** keyText writes a shortcut as the reader's keyboard has it. */
export const keyText = (keys: string): string => (mac ? keys.replace("Ctrl+", "⌘").replace("Shift+", "⇧").replace("Alt+", "⌥") : keys.replaceAll("+", " "));

export function startKeys(): void {
  document.addEventListener("keydown", (e) => {
    if (composing(e) || e.defaultPrevented) return;
    const pressed = combo(e);
    const open = document.querySelector("dialog[open]");
    for (let i = all.length - 1; i >= 0; i--) {
      const s = all[i];
      if (!s || s.keys !== pressed || (open && !s.anywhere)) continue;
      e.preventDefault();
      s.run();
      return;
    }
  });
}
