import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "../parts/icon";
import { count, useText } from "../text";
import { branches, flat, pathOf, type Branch } from "./tree";
import type { Collection } from "./calls";

interface Props { all: Collection[]; now: string; label: string; top: string; hidden?(c: Collection): boolean; onChoose(id: string): void }

/** FolderTree is the folders as a tree: arrows move, open and close, letters jump, Enter chooses. "" is what is above them all. */
export function FolderTree({ all, now, label, top, hidden, onChoose }: Props) {
  const t = useText();
  const list = useRef<HTMLUListElement>(null);
  const [shut, setShut] = useState<string[] | null>(null); // null: nobody has opened or closed any
  const [focused, setFocused] = useState<string | null>(null);
  const tree = useMemo(() => branches(hidden ? all.filter((c) => !hidden(c)) : all), [all, hidden]);
  const onPath = useMemo(() => pathOf(all, now).slice(0, -1).map((c) => c.id), [all, now]);
  const isOpen = (id: string) => (shut ? !shut.includes(id) : all.length < 40 || onPath.includes(id));
  const rows = flat(tree, isOpen);
  const at = focused ?? now;
  const known = at === "" || rows.some((b) => b.collection.id === at);
  const setOpen = (id: string, open: boolean) =>
    setShut((s) => { const was = s ?? all.map((c) => c.id).filter((x) => !isOpen(x)); return open ? was.filter((x) => x !== id) : [...was, id]; });
  const move = (to: string | undefined) => {
    if (to === undefined) return;
    setFocused(to);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-folder="${CSS.escape(to)}"]`)?.focus());
  };
  const keys = (e: KeyboardEvent, b: Branch | null) => {
    const ids = ["", ...rows.map((r) => r.collection.id)];
    const here = ids.indexOf(b?.collection.id ?? "");
    const has = b !== null && b.children.length > 0;
    switch (e.key) {
      case "ArrowDown": move(ids[here + 1]); break;
      case "ArrowUp": move(ids[here - 1]); break;
      case "Home": move(""); break;
      case "End": move(ids.at(-1)); break;
      case "ArrowRight": if (has && !isOpen(b.collection.id)) setOpen(b.collection.id, true); else if (has) move(b.children[0]?.collection.id); break;
      case "ArrowLeft": if (has && isOpen(b.collection.id)) setOpen(b.collection.id, false); else if (b) move(rows.some((r) => r.collection.id === b.collection.parent) ? b.collection.parent : ""); break;
      case "Enter": case " ": onChoose(b?.collection.id ?? ""); break;
      default: {
        if (e.key.length !== 1 || e.ctrlKey || e.metaKey || e.altKey || e.nativeEvent.isComposing) return;
        const found = [...rows.slice(Math.max(0, here)), ...rows].find((r) => r.collection.name.toLowerCase().startsWith(e.key.toLowerCase()));
        if (!found) return;
        move(found.collection.id);
      }
    }
    e.preventDefault();
  };
  return (
    <ul ref={list} role="tree" aria-label={label} className="doc-tree">
      <li role="none">
        <div role="treeitem" aria-level={1} aria-selected={now === ""} tabIndex={at === "" || !known ? 0 : -1} data-folder="" className={now === "" ? "on" : ""} onClick={() => onChoose("")} onKeyDown={(e) => keys(e, null)}>
          <span className="doc-twist" /><Icon name="book" size={18} /><span className="grow cut">{top}</span>
        </div>
      </li>
      {rows.map((b) => {
        const c = b.collection, has = b.children.length > 0, open = isOpen(c.id);
        return (
          <li key={c.id} role="none">
            <div role="treeitem" aria-level={b.depth + 2} aria-selected={c.id === now} aria-expanded={has ? open : undefined} tabIndex={c.id === at ? 0 : -1} data-folder={c.id} data-depth={Math.min(b.depth, 8)}
              className={c.id === now ? "on" : ""} onClick={() => onChoose(c.id)} onKeyDown={(e) => keys(e, b)}>
              <span className={"doc-twist" + (has ? " has" : "") + (open ? " open" : "")} onClick={(e) => { if (has) { e.stopPropagation(); setOpen(c.id, !open); } }}>{has && <Icon name="chevron" size={14} />}</span>
              <Icon name={c.mine ? "folder" : "people"} size={18} /><span className="grow cut">{c.name}</span>
              {c.documents !== undefined && c.documents > 0 && <><span className="num quiet" aria-hidden="true">{count(c.documents)}</span><span className="sr">{t("doc_count", count(c.documents))}</span></>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
