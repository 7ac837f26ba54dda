import { useEffect, useId, useRef, type ReactNode } from "react";
import { useText } from "../text";
import { IconButton } from "./button";

export interface DialogProps {
  title: string;
  detail?: ReactNode;
  wide?: boolean;
  /** bare leaves out the head; the title is then only for those who cannot see. */
  bare?: boolean;
  /** top puts it near the top of the window, as a palette. */
  top?: boolean;
  /** calm is for what is to be read first: the focus begins at the dialog itself. */
  calm?: boolean;
  onClose(): void;
  foot?: ReactNode;
  children?: ReactNode;
}

/** Dialog is open as long as it is drawn. The browser keeps the focus inside, and gives it back to where it was. */
export function Dialog({ title, detail, wide, bare, top, calm, onClose, foot, children }: DialogProps) {
  const t = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const inside = useRef<HTMLDivElement>(null);
  const name = useId();
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    // The focus begins at the first field, or at the first button, which takes nothing away, or at the dialog itself.
    const first = calm ? null : dialog?.querySelector<HTMLElement>("input:not(:disabled), textarea:not(:disabled), select:not(:disabled)")
      ?? dialog?.querySelector<HTMLElement>(".dialog-foot button:not(:disabled)");
    (first ?? inside.current)?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []); // once: it is open as long as it is drawn
  return (
    <dialog ref={ref} className={`dialog${wide ? " wide" : ""}${top ? " top" : ""}`} aria-labelledby={name}
      onCancel={(e) => { e.preventDefault(); close.current(); }}
      onMouseDown={(e) => { if (e.target === ref.current) close.current(); }}>
      <div className="dialog-in" ref={inside} tabIndex={-1}>
        {bare ? <h2 id={name} className="sr">{title}</h2> : (
          <header className="dialog-head">
            <h2 id={name}>{title}</h2>
            <IconButton icon="close" label={t("close")} className="dialog-close" onClick={() => close.current()} />
          </header>
        )}
        {detail && <div className="dialog-detail">{detail}</div>}
        {children}
        {foot && <footer className="dialog-foot">{foot}</footer>}
      </div>
    </dialog>
  );
}
