// The files that somebody drops or picks, out of folders and all that is in these.

/** Gathered is a file with the folders that it lies in, the outermost first. error says why it could not be opened. */
export interface Gathered { file: File | null; name: string; folders: string[]; error?: string }

/** Gathering is what was found, and what was left out of it. */
export interface Gathering { files: Gathered[]; ignored: number; tooMany: boolean; tooDeep: string[] }

export const mostFiles = 5000; // at a time: each is a request, and a row
export const mostDeep = 16; // folders in one another

const nobodys = /^(\.DS_Store|Thumbs\.db|desktop\.ini|\.git|\.svn|__MACOSX|~\$.*|\._.*)$/i; // what programs leave in folders for themselves

/** entriesOf are what is dropped. They are there only while the drop is handled: call it at once. */
export function entriesOf(data: DataTransfer): (FileSystemEntry | File)[] {
  const out: (FileSystemEntry | File)[] = [];
  for (const item of [...data.items]) {
    if (item.kind !== "file") continue;
    const found = item.webkitGetAsEntry?.() ?? item.getAsFile();
    if (found) out.push(found);
  }
  return out;
}

/** hasFiles says whether what is being dragged is files, before one may see them. */
export const hasFiles = (data: DataTransfer | null): boolean => data !== null && [...data.types].includes("Files");

/** gather walks through folders. Files of one folder stay together, in the order of their names. */
export async function gather(entries: (FileSystemEntry | File)[]): Promise<Gathering> {
  const all: Gathering = { files: [], ignored: 0, tooMany: false, tooDeep: [] };
  for (const entry of entries) await walk(entry, [], all);
  return all;
}

async function walk(entry: FileSystemEntry | File, folders: string[], all: Gathering): Promise<void> {
  const name = entry.name.normalize("NFC"); // macOS takes Hangul apart
  if (nobodys.test(name)) { all.ignored++; return; }
  if (all.files.length >= mostFiles) { all.tooMany = true; return; }
  if (!("isFile" in entry)) { all.files.push({ file: entry, name, folders }); return; }
  if (isFile(entry)) {
    await fileOf(entry).then((file) => all.files.push({ file, name, folders }), (err: unknown) => all.files.push({ file: null, name, folders, error: String(err instanceof Error ? err.message : err) }));
    return;
  }
  if (!isFolder(entry)) return;
  if (folders.length >= mostDeep) { all.tooDeep.push([...folders, name].join("/")); return; }
  let inside: FileSystemEntry[];
  try {
    inside = await readAll(entry);
  } catch (err) {
    all.files.push({ file: null, name, folders, error: String(err instanceof Error ? err.message : err) });
    return;
  }
  inside.sort((a, b) => Number(a.isDirectory) - Number(b.isDirectory) || a.name.localeCompare(b.name, "ko", { numeric: true }));
  for (const one of inside) await walk(one, [...folders, name], all);
}

const isFile = (e: FileSystemEntry): e is FileSystemFileEntry => e.isFile;
const isFolder = (e: FileSystemEntry): e is FileSystemDirectoryEntry => e.isDirectory;
const fileOf = (e: FileSystemFileEntry) => new Promise<File>((done, failed) => e.file(done, failed));

/** readAll reads a folder to its end: a browser hands it over in pieces, and an empty one is the end. */
async function readAll(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const out: FileSystemEntry[] = [];
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (piece.length === 0 || out.length > mostFiles) return out;
    out.push(...piece);
  }
}

/** picked are the files of an input, with their folders if it was one that picks folders. */
export function picked(list: Iterable<File>): Gathering {
  const all: Gathering = { files: [], ignored: 0, tooMany: false, tooDeep: [] };
  for (const file of list) {
    const parts = (file.webkitRelativePath || file.name).normalize("NFC").split("/").filter(Boolean);
    const name = parts.pop() ?? file.name;
    if ([...parts, name].some((part) => nobodys.test(part))) all.ignored++;
    else if (parts.length > mostDeep) all.tooDeep.push([...parts, name].join("/"));
    else if (all.files.length >= mostFiles) all.tooMany = true;
    else all.files.push({ file, name, folders: parts });
  }
  const path = (g: Gathered) => [...g.folders, g.name].join("/");
  all.files.sort((a, b) => path(a).localeCompare(path(b), "ko", { numeric: true }));
  return all;
}
