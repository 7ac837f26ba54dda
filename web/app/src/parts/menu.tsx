import { useEffect, useId, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from "react";
import { Icon, type IconName } from "./icon";

export type MenuItem =
  | { text: string; icon?: IconName; keys?: string; detail?: string; danger?: boolean; checked?: boolean; disabled?: boolean; run(): void }
  | { line: true }
  | { heading: string };

export interface TriggerProps {
  ref: React.RefObject<HTMLButtonElement | null>;
  onClick(): void;
  "aria-haspopup": "menu";
  "aria-expanded": boolean;
  "aria-controls": string;
}

export interface MenuProps {
  label: string;
  items: MenuItem[] | (() => MenuItem[]);
  trigger(props: TriggerProps): ReactNode;
  align?: "start" | "end";
  onOpen?(open: boolean): void;
}

/** Menu opens a list of things to do beside its trigger. Arrows move, letters jump, Escape and a click elsewhere close. */
export function Menu({ label, items, trigger, align = "start", onOpen }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const change = (to: boolean) => { setOpen(to); onOpen?.(to); };
  return (
    <>
      {trigger({ ref: button, onClick: () => change(!open), "aria-haspopup": "menu", "aria-expanded": open, "aria-controls": id })}
      {open && <Floating id={id} label={label} items={typeof items === "function" ? items() : items} button={button.current} align={align} onClose={() => change(false)} />}
    </>
  );
}

interface FloatingProps { id: string; label: string; items: MenuItem[]; button: HTMLElement | null; align: "start" | "end"; onClose(): void }

function Floating({ id, label, items, button, align, onClose }: FloatingProps) {
  const list = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<CSSProperties>({ opacity: 0 });
  useLayoutEffect(() => {
    const el = list.current;
    if (!el || !button) return;
    el.showPopover();
    setAt(place(button.getBoundingClientRect(), el.offsetWidth, el.offsetHeight, align));
    el.querySelector<HTMLElement>("[role^=menuitem]:not(:disabled)")?.focus();
  }, [button, align]);
  useEffect(() => {
    const away = (e: MouseEvent) => {
      if (e.target instanceof Node && !list.current?.contains(e.target) && !button?.contains(e.target)) onClose();
    };
    document.addEventListener("mousedown", away);
    window.addEventListener("resize", onClose);
    return () => { document.removeEventListener("mousedown", away); window.removeEventListener("resize", onClose); };
  }, [button, onClose]);
  const end = () => { onClose(); button?.focus(); };
  const keys = (e: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)") ?? [])];
    const now = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[e.key];
    if (e.key === "Escape" || e.key === "Tab") end();
    else if (to !== undefined) all[(to + all.length) % all.length]?.focus();
    else if (e.key.length === 1 && !e.ctrlKey && !e.metaKey) {
      const from = [...all.slice(now + 1), ...all];
      from.find((el) => el.textContent?.toLowerCase().startsWith(e.key.toLowerCase()))?.focus();
      return;
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div ref={list} id={id} popover="manual" role="menu" aria-label={label} className="menu" style={at} onKeyDown={keys}>
      {items.map((item, n) => {
        if ("line" in item) return <hr key={n} />;
        if ("heading" in item) return <div key={n} className="menu-heading">{item.heading}</div>;
        return (
          <button key={n} type="button" role={item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked={item.checked} tabIndex={-1}
            disabled={item.disabled} className={item.danger ? "danger" : ""} onClick={() => { end(); item.run(); }}>
            {item.icon && <Icon name={item.icon} size={18} />}
            <span className="grow"><span className="menu-text">{item.text}</span>{item.detail && <span className="menu-detail">{item.detail}</span>}</span>
            {item.keys && <kbd>{item.keys}</kbd>}
            {item.checked && <Icon name="check" size={18} />}
          </button>
        );
      })}
    </div>
  );
}

/** place finds room beside a button: below if there is enough, else above, and never outside the window. */
export function place(at: DOMRect, width: number, height: number, align: "start" | "end"): CSSProperties {
  const gap = 6, edge = 8;
  const left = align === "end" ? at.right - width : at.left;
  const below = at.bottom + gap + height <= innerHeight - edge || at.top < innerHeight - at.bottom;
  const top = below ? at.bottom + gap : at.top - gap - height;
  return {
    left: Math.max(edge, Math.min(left, innerWidth - width - edge)),
    top: Math.max(edge, Math.min(top, innerHeight - height - edge)),
  };
}
