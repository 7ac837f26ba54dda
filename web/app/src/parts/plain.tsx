// The small ones: nothing to see yet, waiting, something went wrong, tabs, a tag.

import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useText } from "../text";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

/** EmptyState says what would be here, and how it gets here. */
export function EmptyState({ icon, title, detail, children }: { icon: IconName; title: string; detail?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <div className="empty-icon"><Icon name={icon} size={24} /></div>
      <h2>{title}</h2>
      {detail && <p>{detail}</p>}
      {children && <div className="empty-act">{children}</div>}
    </div>
  );
}

/** Trouble says what went wrong, and offers to try again. */
export function Trouble({ text, again }: { text: string; again?(): void }) {
  const t = useText();
  return (
    <div className="trouble" role="alert">
      <Icon name="warn" size={18} /><span className="grow">{text}</span>
      {again && <Button small onClick={again}>{t("retry")}</Button>}
    </div>
  );
}

/** Skeleton holds the place of lines that are on their way. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const t = useText();
  return (
    <div className="skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, n) => <div key={n} className={"bone w" + (n % 4)} />)}
    </div>
  );
}

export const Tag = ({ kind = "", children }: { kind?: "" | "accent" | "good" | "warn" | "bad"; children: ReactNode }) =>
  <span className={"tag " + kind}>{children}</span>;

export interface TabsProps<T extends string> { label: string; value: T; tabs: [value: T, text: string, icon?: IconName][]; onChange(value: T): void; vertical?: boolean }

/** Tabs choose what is shown beside them; arrows move between them. */
export function Tabs<T extends string>({ label, value, tabs, onChange, vertical }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  // Where they lie in a row that is too long, the chosen one is in sight.
  useEffect(() => { list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "center" }); }, [value]);
  const keys = (e: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll("button") ?? [])];
    const now = all.indexOf(e.target as HTMLButtonElement); // value may not have come yet, when keys come fast
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (step === undefined || now < 0) return;
    e.preventDefault();
    const to = (now + step + tabs.length) % tabs.length;
    const tab = tabs[to];
    if (tab) onChange(tab[0]);
    all[to]?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} aria-orientation={vertical ? "vertical" : "horizontal"} className={"tabs" + (vertical ? " vertical" : "")} onKeyDown={keys}>
      {tabs.map(([v, text, icon]) => (
        <button key={v} type="button" role="tab" aria-selected={v === value} tabIndex={v === value ? 0 : -1} onClick={() => onChange(v)}>
          {icon && <Icon name={icon} size={18} />}{text}
        </button>
      ))}
    </div>
  );
}
