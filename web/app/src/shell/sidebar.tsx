import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { api, type Conversation, type Folder } from "../api";
import { archive, change, lists, loadFolder, loadLists, loadMore, move, remove, sectionOf, useLists, type Section } from "../lists";
import { told } from "../net";
import { askText, confirm } from "../parts/ask";
import { Button, IconButton } from "../parts/button";
import { Brand } from "../parts/brand";
import { Icon } from "../parts/icon";
import { Menu, type MenuItem } from "../parts/menu";
import { Skeleton, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { go, usePlace } from "../router";
import { useSession } from "../session";
import { useThread } from "../talk/thread";
import { useGrades, type Grades } from "../grades";
import { useText, type Translate } from "../text";
import { keyText } from "../keys";
import { useLook } from "../look";
import { Account } from "./account";
import { closeSide, shell, toggleSide, useShell } from "./state";

type Row =
  | { kind: "heading"; key: string; text: string; folders?: boolean }
  | { kind: "folder"; key: string; folder: Folder; open: boolean }
  | { kind: "conversation"; key: string; c: Conversation; inside: boolean }
  | { kind: "nothing"; key: string; text: string };

const sections: Section[] = ["pinned", "today", "yesterday", "week", "month", "older"];

/** rowsOf lays the list out: folders, then what is in none, by when it was last spoken in. */
function rowsOf(t: Translate, items: Conversation[], folders: Folder[], open: string[]): Row[] {
  const shown = items.filter((c) => !c.archived);
  const now = new Date();
  const out: Row[] = [{ kind: "heading", key: "folders", text: t("folders"), folders: true }];
  for (const folder of folders) {
    const isOpen = open.includes(folder.id);
    out.push({ kind: "folder", key: "f" + folder.id, folder, open: isOpen });
    if (!isOpen) continue;
    const inside = shown.filter((c) => c.folder === folder.id);
    for (const c of inside) out.push({ kind: "conversation", key: c.id, c, inside: true });
    if (inside.length === 0) out.push({ kind: "nothing", key: "n" + folder.id, text: t("folder_empty") });
  }
  const known = new Set(folders.map((f) => f.id));
  for (const section of sections) {
    const of = shown.filter((c) => (section === "pinned" || !known.has(c.folder)) && sectionOf(c, now) === section);
    if (of.length === 0) continue;
    out.push({ kind: "heading", key: section, text: t("section_" + section) });
    for (const c of of) out.push({ kind: "conversation", key: section + c.id, c, inside: false });
  }
  return out;
}

export function Sidebar() {
  const t = useText();
  const narrow = useShell((s) => s.narrow);
  const selecting = useShell((s) => s.selecting);
  const name = useSession((s) => s?.branding?.name) || "";
  const at = usePlace().parts[0];
  const start = () => { go("/"); closeSide(); };
  return (
    <nav className="side" aria-label={t("side")}>
      <div className="side-top">
        <button type="button" className="brand" onClick={start} aria-label={`${name || "ChatEXAONE"} – ${t("home")}`}><Brand size={26} /><span className="cut">{name || <>Chat<b>EXAONE</b></>}</span></button>
        <IconButton icon="side" label={t("side_close")} keys="Ctrl+Shift+S" onClick={toggleSide} />
      </div>
      <div className="side-do">
        <button type="button" id="new" className="side-row" onClick={start}><Icon name="edit" /><span className="grow">{t("new")}</span>{!narrow && <kbd>{keyText("Ctrl+Shift+O")}</kbd>}</button>
        <a id="documents" className="side-row" href="#/documents" aria-current={at === "documents" ? "page" : undefined} onClick={closeSide}><Icon name="book" /><span className="grow">{t("documents")}</span></a>
        <button type="button" className="side-row" onClick={() => { shell.set({ palette: true }); closeSide(); }}><Icon name="search" /><span className="grow">{t("search")}</span>{!narrow && <kbd>{keyText("Ctrl+K")}</kbd>}</button>
      </div>
      <List />
      {selecting ? <Bulk /> : <Account />}
    </nav>
  );
}

function List() {
  const t = useText();
  const items = useLists((l) => l.items);
  const folders = useLists((l) => l.folders);
  const state = useLists((l) => l.state);
  const error = useLists((l) => l.error);
  const density = useLook((l) => l.density);
  const size = useLook((l) => l.size);
  const [open, setOpen] = useState<string[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const all = useMemo(() => rowsOf(t, items, folders, open), [t, items, folders, open]);
  const height = density === "compact" ? 30 : 36;
  const getScrollElement = useCallback(() => box.current, []);
  const getItemKey = useCallback((i: number) => all[i]?.key ?? i, [all]);
  const estimateSize = useCallback((i: number) => (all[i]?.kind === "heading" ? 36 : height), [all, height]);
  const rows = useVirtualizer({ count: all.length, overscan: 8, getScrollElement, getItemKey, estimateSize });
  useEffect(() => rows.measure(), [height, size, rows]);
  const lastSeen = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => { if (lastSeen >= all.length - 20) void loadMore(); }, [lastSeen, all.length]);
  const flip = (f: Folder) => {
    if (!open.includes(f.id)) void loadFolder(f.id);
    setOpen((s) => (s.includes(f.id) ? s.filter((x) => x !== f.id) : [...s, f.id]));
  };
  if (state === "loading") return <div className="side-list"><Skeleton lines={6} /></div>;
  if (state === "failed") return <div className="side-list"><Trouble text={error} again={() => void loadLists()} /></div>;
  return (
    <div ref={box} className="side-list" tabIndex={-1}>
      <div className="side-list-in" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((v) => {
          const row = all[v.index];
          return row && (
            <div key={row.key} className="side-slot" style={{ transform: `translateY(${v.start}px)`, height: v.size }}>
              {row.kind === "heading" && <Heading row={row} />}
              {row.kind === "folder" && <FolderRow row={row} flip={() => flip(row.folder)} />}
              {row.kind === "conversation" && <ConversationRow c={row.c} inside={row.inside} />}
              {row.kind === "nothing" && <div className="side-nothing">{row.text}</div>}
            </div>
          );
        })}
      </div>
      {items.length === 0 && <p className="side-empty">{t("side_empty")}</p>}
    </div>
  );
}

function Heading({ row }: { row: Extract<Row, { kind: "heading" }> }) {
  const t = useText();
  const add = async () => {
    const name = await askText({ title: t("folder_new"), detail: t("folder_new_detail"), yes: t("make"), field: { label: t("name"), value: "" } });
    if (!name) return;
    try {
      const f = await api.addFolder(name);
      lists.set((s) => ({ folders: [...s.folders, f] }));
    } catch (err) { toast(told(err), "bad"); }
  };
  return (
    <div className="side-heading"><h2 className="grow">{row.text}</h2>
      {row.folders && <IconButton small icon="add" label={t("folder_new")} onClick={() => void add()} />}</div>
  );
}

function FolderRow({ row, flip }: { row: Extract<Row, { kind: "folder" }>; flip(): void }) {
  const t = useText();
  const f = row.folder;
  const put = async (to: Partial<Omit<Folder, "id">>) => {
    try {
      await api.changeFolder(f.id, to);
      lists.set((s) => ({ folders: s.folders.map((x) => (x.id === f.id ? { ...x, ...to } : x)) }));
    } catch (err) { toast(told(err), "bad"); }
  };
  const rename = async () => {
    const name = await askText({ title: t("rename"), yes: t("save"), field: { label: t("name"), value: f.name } });
    if (name) await put({ name });
  };
  const drop = async () => {
    if (!(await confirm({ title: t("folder_delete", f.name), detail: t("folder_delete_detail"), yes: t("delete"), danger: true }))) return;
    try {
      await api.removeFolder(f.id);
      lists.set((s) => ({ folders: s.folders.filter((x) => x.id !== f.id), items: s.items.map((c) => (c.folder === f.id ? { ...c, folder: "" } : c)) }));
    } catch (err) { toast(told(err), "bad"); }
  };
  const items: MenuItem[] = [
    { text: t("new_in_folder"), icon: "edit", run: () => { go("/f/" + encodeURIComponent(f.id)); closeSide(); } },
    { text: t("rename"), icon: "edit", run: () => void rename() },
    { text: t("folder_instructions"), icon: "list", run: () => go("/folder/" + encodeURIComponent(f.id)) },
    { line: true },
    { text: t("delete"), icon: "trash", danger: true, run: () => void drop() },
  ];
  return (
    <div className="side-item">
      <button type="button" className="side-row" aria-expanded={row.open} onClick={flip}><Icon name="folder" size={18} /><span className="grow cut">{f.name}</span></button>
      <Menu label={t("more")} align="end" items={items} trigger={(p) => <IconButton small icon="dots" label={t("folder_more", f.name)} {...p} />} />
    </div>
  );
}

/** conversationMenu is what can be done with a conversation, in the sidebar and above it. */
export function conversationMenu(t: Translate, c: Conversation, folders: Folder[], grades: Grades, gone: () => void): MenuItem[] {
  const rename = async () => {
    const title = await askText({ title: t("rename"), yes: t("save"), field: { label: t("title"), value: c.title } });
    if (title) await change(c.id, { title });
  };
  const drop = async () => {
    if (await confirm({ title: t("conversation_delete"), detail: c.title, yes: t("delete"), danger: true }) && (await remove([c.id]))) gone();
  };
  return [
    { text: t("rename"), icon: "edit", run: () => void rename() },
    { text: t(c.pinned ? "unpin" : "pin"), icon: "pin", run: () => void change(c.id, { pinned: !c.pinned }) },
    { text: t("share"), icon: "share", run: () => go(`/c/${encodeURIComponent(c.id)}/share`) },
    ...(folders.length > 0 ? [{ heading: t("move_to") },
      ...folders.map((f): MenuItem => ({ text: f.name, icon: "folder", checked: c.folder === f.id, run: () => void move([c.id], c.folder === f.id ? "" : f.id) })), { line: true as const }] : []),
    ...(grades.clearance > 0 ? [{ heading: t("grade") }, ...grades.items.filter((g) => g.grade <= grades.clearance).map((g): MenuItem =>
      ({ text: grades.nameOf(g.grade), icon: "shield", checked: (c.grade ?? 0) === g.grade, run: () => void change(c.id, { grade: g.grade }) })), { line: true as const }] : []),
    { text: t(c.archived ? "unarchive" : "archive"), icon: "archive", run: () => { void archive([c.id], !c.archived); if (!c.archived) gone(); } },
    { text: t("delete"), icon: "trash", danger: true, run: () => void drop() },
  ];
}

function ConversationRow({ c, inside }: { c: Conversation; inside: boolean }) {
  const t = useText();
  const place = usePlace();
  const grades = useGrades();
  const folders = useLists((l) => l.folders);
  const writing = useThread((s) => s.id === c.id && s.writing !== "");
  const selecting = useShell((s) => s.selecting);
  const selected = useShell((s) => s.selected.includes(c.id));
  const current = place.parts[0] === "c" && place.parts[1] === c.id;
  const flip = () => shell.set((s) => ({ selected: selected ? s.selected.filter((x) => x !== c.id) : [...s.selected, c.id] }));
  const select: MenuItem = { text: t("select"), icon: "check", run: () => shell.set({ selecting: true, selected: [c.id] }) };
  return (
    <div className={"side-item" + (current ? " current" : "") + (inside ? " inside" : "")}>
      {selecting && <input type="checkbox" className="side-check" checked={selected} onChange={flip} aria-label={c.title} />}
      <a className="side-row" href={"#/c/" + encodeURIComponent(c.id)} aria-current={current ? "page" : undefined}
        onClick={(e) => { if (selecting) { e.preventDefault(); flip(); } else closeSide(); }}>
        <span className="grow cut">{c.title || t("untitled")}</span>
        {writing && <span className="pulse" role="img" aria-label={t("writing")} />}
      </a>
      {!selecting && <Menu label={t("more")} align="end" items={() => [...conversationMenu(t, c, folders, grades, () => { if (current) go("/"); }), { line: true }, select]}
        trigger={(p) => <IconButton small icon="dots" label={t("conversation_more", c.title)} {...p} />} />}
    </div>
  );
}

/** Bulk does one thing with all the conversations that are selected. */
function Bulk() {
  const t = useText();
  const selected = useShell((s) => s.selected);
  const folders = useLists((l) => l.folders);
  const end = () => shell.set({ selecting: false, selected: [] });
  const drop = async () => {
    if (await confirm({ title: t("bulk_delete", selected.length), yes: t("delete"), danger: true })) { await remove(selected); end(); }
  };
  const none = selected.length === 0;
  return (
    <div className="bulk">
      <div className="bulk-head"><span className="grow">{t("bulk", selected.length)}</span><Button small kind="quiet" onClick={end}>{t("done")}</Button></div>
      <div className="bulk-acts">
        <IconButton icon="archive" label={t("archive")} tip="top" disabled={none} onClick={() => { void archive(selected, true); end(); }} />
        <Menu label={t("move_to")} items={[{ text: t("folder_none"), run: () => { void move(selected, ""); end(); } }, ...folders.map((f): MenuItem => ({ text: f.name, icon: "folder", run: () => { void move(selected, f.id); end(); } }))]}
          trigger={(p) => <IconButton icon="folder" label={t("move_to")} tip="top" disabled={none} {...p} />} />
        <IconButton icon="trash" label={t("delete")} tip="top" disabled={none} onClick={() => void drop()} />
      </div>
    </div>
  );
}
