// Enter sends. While a syllable of Hangul is being composed, Enter first ends it: the syllable is committed and then the
// message is sent, once, whether the browser tells of one Enter or two. Where Enter picks a candidate (kana, pinyin) it
// only does that.

const hangul = /^[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+$/;

export interface SendKey {
  /** send is called when the text is whole. */
  send(): void;
  /** enterSends says whether Enter alone sends; Ctrl+Enter always does. */
  enterSends(): boolean;
  /** take may use a key for something else, such as a list that is open; it returns whether it did. */
  take?(e: KeyboardEvent): boolean;
}

const isEnter = (e: KeyboardEvent) => e.key === "Enter" || e.keyCode === 13 || (e.keyCode === 229 && e.code === "Enter");

/** watchSendKey listens on a field until what it returns is called. */
export function watchSendKey(field: HTMLElement, opts: SendKey): () => void {
  let pending = false; // Enter came during composition
  let timer = 0;
  const wanted = (e: KeyboardEvent) => !e.shiftKey && !e.altKey && (e.ctrlKey || e.metaKey || opts.enterSends());
  const end = () => { timer = 0; opts.send(); };
  const on: { [K in keyof HTMLElementEventMap]?: (e: HTMLElementEventMap[K]) => void } = {
    keydown(e) {
      if (e.isComposing || e.keyCode === 229) {
        if (isEnter(e)) pending = wanted(e);
        return;
      }
      if (opts.take?.(e)) { e.preventDefault(); return; }
      if (!isEnter(e) || !wanted(e)) return;
      e.preventDefault();
      if (timer) clearTimeout(timer); // the same Enter, told of again
      end();
    },
    compositionstart() { pending = false; },
    compositionend(e) {
      if (pending && hangul.test(e.data)) timer = window.setTimeout(end, 0);
      pending = false;
    },
    beforeinput(e) {
      if (e.inputType === "insertLineBreak" && (pending || timer)) e.preventDefault();
    },
  };
  const all = Object.entries(on) as [string, EventListener][];
  for (const [name, fn] of all) field.addEventListener(name, fn);
  return () => {
    clearTimeout(timer);
    for (const [name, fn] of all) field.removeEventListener(name, fn);
  };
}
