import { useCallback, useEffect, useRef, useState } from "react";
import { useShell } from "../shell/state";
import { IconButton, Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Menu, type MenuItem } from "../parts/menu";
import { EmptyState, Skeleton, Trouble } from "../parts/plain";
import { loadDirectory, useDirectory } from "../people/directory";
import { go } from "../router";
import { PageHead } from "../shell/pagehead";
import { attachDocument } from "../talk/clips";
import { keepScope } from "../talk/drafts";
import { count, useText } from "../text";
import { addFolder, moveDocuments, moveFolder, removeDocuments, removeFolder, renameDocument, renameFolder } from "./acts";
import type { Collection, Doc } from "./calls";
import { Details } from "./details";
import { DropZone } from "./drop";
import { FolderTree } from "./foldertree";
import type { Gathering } from "./gather";
import { Hits, SearchField, useSearch } from "./hits";
import { useListing } from "./listing";
import { PickFiles } from "./pick";
import { readersOf, readersText } from "./readers";
import { DocRow, type RowActs } from "./row";
import { ShareDocuments } from "./sharing";
import { loadCollections, useShelf } from "./shelf";
import { pathOf, pathText, within } from "./tree";
import { onUploaded, upload } from "./uploads";
import "../style/admin.css";
import "../style/documents.css";

type Open = { kind: "details"; id: string } | { kind: "share"; docs: Doc[] } | { kind: "share-folder"; of: Collection } | { kind: "move"; docs: Doc[] } | { kind: "move-folder"; of: Collection };

const placeFor = (id: string) => "/documents" + (id ? "/" + encodeURIComponent(id) : "");

/** Documents are all files that one may ask about, in their folders. */
export default function Documents({ folder }: { folder: string }) {
  const t = useText();
  const narrow = useShell((s) => s.narrow);
  const collections = useShelf((s) => s.collections);
  const state = useShelf((s) => s.state);
  const [typed, setTyped] = useState("");
  const search = useSearch(typed, folder ? "collection:" + folder : "all");
  const listing = useListing(folder);
  const [selected, setSelected] = useState<string[]>([]);
  const [open, setOpen] = useState<Open | null>(null);
  const here = collections.find((c) => c.id === folder);
  const title = here ? pathText(collections, folder) : t("documents");
  useEffect(() => {
    void loadCollections();
    void loadDirectory();
    let timer = 0;
    const end = onUploaded(() => { clearTimeout(timer); timer = window.setTimeout(() => void loadCollections(), 400); }); // how many are in each
    return () => { clearTimeout(timer); end(); };
  }, []);
  useEffect(() => { document.title = `${here ? here.name : t("documents")} · ChatEXAONE`; }, [t, here]);
  useEffect(() => setSelected([]), [folder]);
  const take = useCallback((got: Gathering) => upload(got.files, { collection: folder, conversation: "" }), [folder]);
  const gone = folder !== "" && state === "ready" && !here;
  return (
    <div className="page broad documents">
      <PageHead title={t("documents")} detail={t("documents_detail")}>
        <Button icon="folder" onClick={() => void addFolder(here?.mine ? folder : "").then((c) => { if (c) go(placeFor(c.id)); })}>{t("doc_folder_new")}</Button>
        <PickFiles onFiles={take} />
      </PageHead>
      <div className="doc-frame">
        {!narrow && <nav className="doc-side" aria-label={t("doc_folders")}><FolderTree all={collections} now={folder} label={t("doc_folders")} top={t("doc_all")} onChoose={(id) => go(placeFor(id))} /></nav>}
        <div className="doc-body stack">
          <SearchField value={typed} onChange={setTyped} busy={search.busy} label={here ? t("doc_search_in", here.name) : t("doc_search")} />
          {gone ? <EmptyState icon="folder" title={t("doc_folder_gone")} detail={t("doc_folder_gone_detail")}><Button onClick={() => go("/documents")}>{t("doc_all")}</Button></EmptyState>
            : typed.trim() ? <Hits of={search} query={typed} />
              : <>
                <FolderHead all={collections} here={here} onOpen={setOpen} />
                <Listed {...{ listing, collections, folder, selected, setSelected, setOpen, take }} />
              </>}
        </div>
      </div>
      <DropZone title={t("doc_drop", title)} detail={t("doc_drop_detail")} onFiles={take} />
      {open?.kind === "details" && <Details id={open.id} onClose={() => setOpen(null)} onChange={listing.again} />}
      {open?.kind === "share" && <ShareDocuments docs={open.docs} folder={commonFolder(collections, open.docs)} onClose={() => setOpen(null)} onDone={() => { setOpen(null); listing.again(); }} />}
      {open?.kind === "share-folder" && <ShareDocuments collection={open.of} onClose={() => setOpen(null)} onDone={() => { setOpen(null); void loadCollections(); listing.again(); }} />}
      {open?.kind === "move" && <ChooseFolder title={open.docs.length === 1 ? t("doc_move_one", open.docs[0]?.name ?? "") : t("doc_move_many", count(open.docs.length))} now={commonFolder(collections, open.docs)?.id ?? ""} onClose={() => setOpen(null)}
        onDone={(to) => { setOpen(null); void moveDocuments(open.docs, to).then((ids) => { setSelected((s) => s.filter((x) => !ids.includes(x))); listing.again(); }); }} />}
      {open?.kind === "move-folder" && <ChooseFolder title={t("doc_move_one", open.of.name)} now={open.of.parent} but={open.of.id} onClose={() => setOpen(null)} onDone={(to) => { setOpen(null); void moveFolder(open.of, to); }} />}
    </div>
  );
}

/** askAbout begins a conversation about a document. */
function askAbout(d: Doc): void {
  attachDocument("", d);
  keepScope("", "attached");
  go("/");
}

/** commonFolder is the folder that documents lie in, if it is one for all. */
function commonFolder(all: Collection[], docs: Doc[]): Collection | undefined {
  const id = docs[0]?.collection ?? "";
  return docs.every((d) => (d.collection ?? "") === id) ? all.find((c) => c.id === id) : undefined;
}

/** FolderHead is where one is, who may read it, and what can be done with it. */
function FolderHead({ all, here, onOpen }: { all: Collection[]; here?: Collection; onOpen(o: Open): void }) {
  const t = useText();
  const names = useDirectory();
  const inside = all.filter((c) => c.parent === (here?.id ?? "") || (!here && c.parent !== "" && !all.some((x) => x.id === c.parent)));
  const items: MenuItem[] = here?.mine ? [
    { text: t("rename"), icon: "edit", run: () => void renameFolder(here) },
    { text: t("doc_move"), icon: "folder", run: () => onOpen({ kind: "move-folder", of: here }) },
    { text: t("share"), icon: "share", run: () => onOpen({ kind: "share-folder", of: here }) },
    { line: true },
    { text: t("delete"), icon: "trash", danger: true, run: () => void removeFolder(here, all).then((gone) => { if (gone) go(placeFor(here.parent)); }) },
  ] : [];
  return (
    <>
      {here && (
        <div className="doc-head">
          <ol className="doc-path" aria-label={t("doc_path")}>
            <li><a href="#/documents">{t("doc_all")}</a></li>
            {pathOf(all, here.id).map((c) => <li key={c.id}>{c.id === here.id ? <span aria-current="page">{c.name}</span> : <a href={"#" + placeFor(c.id)}>{c.name}</a>}</li>)}
          </ol>
          {here.mine ? <Button small icon={readersOf(here).length > 0 ? "people" : "user"} onClick={() => onOpen({ kind: "share-folder", of: here })} aria-label={t("doc_folder_readers", readersText(t, names, readersOf(here)))}>{readersText(t, names, readersOf(here))}</Button>
            : <span className="quiet small">{t("doc_shared_with_me")}</span>}
          {items.length > 0 && <Menu label={t("more")} align="end" items={items} trigger={(p) => <IconButton small icon="dots" label={t("folder_more", here.name)} {...p} />} />}
        </div>
      )}
      {inside.length > 0 && (
        <ul className="doc-folders" aria-label={t("doc_folders")}>
          {inside.map((c) => <li key={c.id}><a href={"#" + placeFor(c.id)}><Icon name={c.mine ? "folder" : "people"} size={18} /><span className="grow cut">{c.name}</span>{c.documents !== undefined && <span className="num quiet">{count(c.documents)}</span>}</a></li>)}
        </ul>
      )}
    </>
  );
}

interface ListedProps { listing: ReturnType<typeof useListing>; collections: Collection[]; folder: string; selected: string[]; setSelected(to: string[]): void; setOpen(o: Open): void; take(got: Gathering): void }

function Listed({ listing, collections, folder, selected, setSelected, setOpen, take }: ListedProps) {
  const t = useText();
  const last = useRef("");
  const { items, error } = listing;
  if (error && !items) return <Trouble text={error} again={listing.again} />;
  if (!items) return <Skeleton lines={6} />;
  const own = items.filter((d) => d.mine);
  const chosen = own.filter((d) => selected.includes(d.id));
  if (items.length === 0) {
    return folder
      ? <EmptyState icon="folder" title={t("doc_folder_empty")} detail={t("doc_folder_empty_detail")}><PickFiles onFiles={take} /></EmptyState>
      : <EmptyState icon="book" title={t("doc_empty")} detail={t("doc_empty_detail")}><PickFiles onFiles={take} /><p className="quiet small">{t("doc_empty_formats")}</p></EmptyState>;
  }
  const remove = (docs: Doc[]) => void removeDocuments(docs).then((ids) => { listing.drop(ids); setSelected(selected.filter((x) => !ids.includes(x))); });
  const acts: RowActs = {
    rename: (d) => void renameDocument(d).then((fresh) => { if (fresh) listing.keep(fresh); }),
    move: (d) => setOpen({ kind: "move", docs: [d] }), share: (d) => setOpen({ kind: "share", docs: [d] }), remove: (d) => remove([d]),
    details: (d) => setOpen({ kind: "details", id: d.id }), ask: askAbout,
    changed: (d, v) => listing.keep({ ...d, versions: [v, ...(d.versions?.slice(1) ?? [])] }),
  };
  const select = (d: Doc, on: boolean, range: boolean) => {
    const from = own.findIndex((x) => x.id === last.current), to = own.findIndex((x) => x.id === d.id);
    const run = range && from >= 0 ? own.slice(Math.min(from, to), Math.max(from, to) + 1).map((x) => x.id) : [d.id];
    last.current = d.id;
    setSelected(on ? [...new Set([...selected, ...run])] : selected.filter((x) => !run.includes(x)));
  };
  const all = own.length > 0 && chosen.length === own.length;
  return (
    <div onKeyDown={(e) => { if (e.key === "Delete" && chosen.length > 0) { e.preventDefault(); remove(chosen); } }}>
      {own.length > 0 && (
        <div className={"doc-bulk" + (chosen.length > 0 ? " on" : "")}>
          <input type="checkbox" checked={all} ref={(el) => { if (el) el.indeterminate = chosen.length > 0 && !all; }} aria-label={t("doc_select_all")} onChange={() => setSelected(all ? [] : own.map((d) => d.id))} />
          <span className="grow num" aria-live="polite">{chosen.length > 0 ? t("doc_selected", count(chosen.length)) : t("doc_count", count(items.length) + (listing.end ? "" : "+"))}</span>
          {chosen.length > 0 && <>
            <Button small icon="folder" onClick={() => setOpen({ kind: "move", docs: chosen })}>{t("doc_move")}</Button>
            <Button small icon="share" onClick={() => setOpen({ kind: "share", docs: chosen })}>{t("share")}</Button>
            <Button small icon="trash" data-do="delete" onClick={() => remove(chosen)}>{t("delete")}</Button>
          </>}
        </div>
      )}
      {error && <Trouble text={error} again={listing.again} />}
      <ul className="doc-list" aria-label={t("documents")}>
        {items.map((d) => <DocRow key={d.id} d={d} folder={collections.find((c) => c.id === d.collection)} path={d.collection && d.collection !== folder ? pathText(collections, d.collection) : ""}
          selected={selected.includes(d.id)} onSelect={(on, range) => select(d, on, range)} acts={acts} />)}
      </ul>
      {!listing.end && <Button small onClick={listing.more}>{t("more_rows")}</Button>}
    </div>
  );
}

/** ChooseFolder asks for a folder of one's own. */
function ChooseFolder({ title, now, but, onClose, onDone }: { title: string; now: string; but?: string; onClose(): void; onDone(to: string): void }) {
  const t = useText();
  const collections = useShelf((s) => s.collections);
  const [to, setTo] = useState(now);
  const hidden = useCallback((c: Collection) => !c.mine || (but !== undefined && within(collections, c.id, but)), [collections, but]);
  return (
    <Dialog title={title} onClose={onClose} foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" disabled={to === now} onClick={() => onDone(to)}>{t("doc_move_here")}</Button></>}>
      <div className="doc-choose"><FolderTree all={collections} now={to} label={t("doc_folders")} top={t("doc_no_folder")} hidden={hidden} onChoose={setTo} /></div>
    </Dialog>
  );
}
