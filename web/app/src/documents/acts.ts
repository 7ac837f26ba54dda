// What is done with documents and folders after a question has been answered with yes.

import { told } from "../net";
import { askText, confirm } from "../parts/ask";
import { toast } from "../parts/toast";
import { count, t } from "../text";
import { documents, type Collection, type Doc } from "./calls";
import { keepCollection, loadCollections } from "./shelf";
import { within } from "./tree";

/** each does something with one after the other, and says how many could not be, and why. It returns those with which it was done. */
async function each(docs: Doc[], what: (d: Doc) => Promise<unknown>, some: string): Promise<string[]> {
  const done: string[] = [];
  let why = "";
  for (const d of docs) await what(d).then(() => done.push(d.id), (err: unknown) => { why = told(err); });
  if (why) toast(docs.length === 1 ? why : t(some, count(docs.length - done.length), count(docs.length), why), "bad");
  return done;
}

/** removeDocuments deletes, after it has said what that is. It returns which are gone. */
export async function removeDocuments(docs: Doc[]): Promise<string[]> {
  const first = docs[0];
  if (!first) return [];
  const title = docs.length === 1 ? t("doc_delete_one", first.name) : t("doc_delete_many", count(docs.length));
  if (!(await confirm({ title, detail: t("doc_delete_detail"), yes: t("delete"), danger: true }))) return [];
  const gone = await each(docs, (d) => documents.remove(d.id), "doc_some_stayed");
  if (gone.length > 0) { toast(t("doc_deleted", count(gone.length))); void loadCollections(); }
  return gone;
}

export async function moveDocuments(docs: Doc[], collection: string): Promise<string[]> {
  const moved = await each(docs, (d) => documents.change(d.id, { collection }), "doc_some_stayed");
  if (moved.length > 0) { toast(t("doc_moved", count(moved.length))); void loadCollections(); }
  return moved;
}

export async function renameDocument(d: Doc): Promise<Doc | null> {
  const name = await askText({ title: t("rename"), yes: t("save"), field: { label: t("name"), value: d.name } });
  if (!name || name === d.name) return null;
  try { return { ...d, ...(await documents.change(d.id, { name })) }; } catch (err) { toast(told(err), "bad"); return null; }
}

export async function addFolder(parent: string): Promise<Collection | null> {
  const name = await askText({ title: t("doc_folder_new"), detail: t("doc_folder_new_detail"), yes: t("make"), field: { label: t("name"), value: "" } });
  if (!name) return null;
  try {
    const made = await documents.addCollection({ name, parent });
    keepCollection(made);
    void loadCollections();
    return made;
  } catch (err) { toast(told(err), "bad"); return null; }
}

export async function renameFolder(c: Collection): Promise<void> {
  const name = await askText({ title: t("rename"), yes: t("save"), field: { label: t("name"), value: c.name } });
  if (!name || name === c.name) return;
  await documents.changeCollection(c.id, { name }).then(() => { keepCollection({ ...c, name }); }, (err: unknown) => toast(told(err), "bad"));
}

export async function moveFolder(c: Collection, parent: string): Promise<void> {
  await documents.changeCollection(c.id, { parent }).then(() => { keepCollection({ ...c, parent }); void loadCollections(); }, (err: unknown) => toast(told(err), "bad"));
}

/** removeFolder deletes a folder with all that is in it, after it has said so. */
export async function removeFolder(c: Collection, all: Collection[]): Promise<boolean> {
  const inside = all.filter((x) => within(all, x.id, c.id)).reduce((n, x) => n + (x.documents ?? 0), 0);
  const detail = inside > 0 ? t("doc_folder_delete_full", count(inside)) : t("doc_folder_delete_detail");
  if (!(await confirm({ title: t("folder_delete", c.name), detail: detail + " " + t("doc_delete_detail"), yes: t("delete"), danger: true }))) return false;
  try {
    await documents.removeCollection(c.id);
    await loadCollections();
    return true;
  } catch (err) { toast(told(err), "bad"); return false; }
}
