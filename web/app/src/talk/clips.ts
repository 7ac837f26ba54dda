// The documents that are to go with the next question: files that were dropped into the conversation, and documents that were
// chosen for it. They are put in before they are asked about, also before the conversation has begun.

import { documents, newest, type Doc } from "../documents/calls";
import type { Gathered } from "../documents/gather";
import { cancel, forget, isSending, moveUploads, onUploaded, upload, uploads, type Upload } from "../documents/uploads";
import { createStore, useStore } from "../store";
import * as drafts from "./drafts";
import { clipKey, type Clip } from "./drafts";

interface Clips { of: Record<string, Clip[]>; shown: Record<string, string[]> } // by conversation: documents, and uploads whose file stands for one

const clips = createStore<Clips>({ of: {}, shown: {} });
const nothing: never[] = [];

/** clipsOf are the documents that go with the next question of a conversation. */
export function clipsOf(conversation: string): Clip[] {
  const known = clips.get().of[conversation];
  if (known) return known;
  const kept = drafts.clippedOf(conversation).clips;
  return kept.length > 0 ? kept : nothing;
}
export const useClips = (conversation: string): Clip[] => useStore(clips, (s) => s.of[conversation] ?? nothing);

/** uploadsOf are the files that somebody has put into a conversation and that are not asked about yet. */
export const uploadsOf = (conversation: string): Upload[] => {
  const ids = clips.get().shown[conversation] ?? nothing;
  return uploads.get().all.filter((u) => ids.includes(u.id));
};
export const useShownUploads = (conversation: string): string[] => useStore(clips, (s) => s.shown[conversation] ?? nothing);

/** loadClips takes up what was put in before the page was loaded. */
export function loadClips(conversation: string): void {
  if (!clips.get().of[conversation]) set(conversation, drafts.clippedOf(conversation).clips);
}

function set(conversation: string, to: Clip[]): void {
  clips.set((s) => ({ of: { ...s.of, [conversation]: to } }));
  const { draft } = drafts.clippedOf(conversation);
  drafts.keepClipped(conversation, { draft: to.length > 0 ? draft : "", clips: to });
}

const show = (conversation: string, ids: string[]): void => clips.set((s) => ({ shown: { ...s.shown, [conversation]: ids } }));

/** targetOf is what a conversation is called in which files are put: its id, or the name of what is yet to begin. */
function targetOf(conversation: string): string {
  if (conversation) return conversation;
  const kept = drafts.clippedOf("");
  const waits = uploadsOf("")[0]?.to.conversation;
  const draft = waits || kept.draft || "draft:" + drafts.newId();
  drafts.keepClipped("", { ...kept, draft });
  return draft;
}

/** attach puts files into a conversation. The folders that they lay in are of no matter there. */
export function attach(conversation: string, files: Gathered[]): void {
  const ids = upload(files.map((g) => ({ ...g, folders: [] })), { collection: "", conversation: targetOf(conversation) });
  show(conversation, [...(clips.get().shown[conversation] ?? []), ...ids]);
}

/** attachDocument has a document go with the next question that is here already. */
export function attachDocument(conversation: string, d: Doc): void {
  const v = newest(d), now = clipsOf(conversation);
  if (!v || now.some((c) => clipKey(c) === d.id)) return;
  set(conversation, [...now, { document: d.id, version: v.id, name: d.name, mime: "", size: v.size, own: false }]);
}

/** clipRegion has a part of a page go with the next question. It is false if there are as many already as there may be. */
export function clipRegion(conversation: string, clip: Clip, most: number): boolean {
  const now = clipsOf(conversation);
  if (now.some((c) => clipKey(c) === clipKey(clip))) return true;
  if (now.filter((c) => c.box).length >= most) return false;
  set(conversation, [...now, clip]);
  return true;
}

// A file that the server has got is a document from then on, for as long as the page lives and after.
onUploaded((u) => {
  const conversation = Object.entries(clips.get().shown).find(([, ids]) => ids.includes(u.id))?.[0];
  if (conversation === undefined || !u.document) return;
  const now = clipsOf(conversation);
  if (!now.some((c) => clipKey(c) === u.document)) set(conversation, [...now, { document: u.document, version: u.version, name: u.name, mime: u.mime, size: u.size, own: true }]);
});

/** detach takes a document back before it is asked about. A file that was put in for that is deleted. */
export async function detach(conversation: string, what: { clip?: Clip; upload?: Upload }): Promise<void> {
  const { upload: u, clip = clipsOf(conversation).find((c) => c.document !== "" && clipKey(c) === u?.document) } = what;
  if (u) {
    await cancel(u.id);
    show(conversation, (clips.get().shown[conversation] ?? []).filter((id) => id !== u.id));
    forget([u.id]);
  }
  if (!clip) return;
  // With a file that was put in here its parts go, too.
  set(conversation, clipsOf(conversation).filter((c) => clipKey(c) !== clipKey(clip) && !(clip.own && c.document === clip.document)));
  if (clip.own) await documents.remove(clip.document);
}

/** takeClips are the documents for a question that is asked now; they are the question's from then on. */
export function takeClips(conversation: string): Clip[] {
  const now = clipsOf(conversation);
  const taken = new Set(now.map((c) => c.document));
  const left = uploadsOf(conversation).filter((u) => !u.document || !taken.has(u.document));
  forget(uploadsOf(conversation).filter((u) => !left.includes(u)).map((u) => u.id));
  show(conversation, left.map((u) => u.id));
  set(conversation, []);
  return now;
}

/** returnClips gives documents back whose question was not asked. */
export function returnClips(conversation: string, back: Clip[]): void {
  if (back.length === 0) return;
  const now = clipsOf(conversation);
  set(conversation, [...back.filter((b) => !now.some((c) => clipKey(c) === clipKey(b))), ...now]);
}

/** dropClips forgets what was put in where somebody leaves nothing behind. The server forgets it too, after a while. */
export function dropClips(conversation: string): void {
  forget(uploadsOf(conversation).map((u) => u.id));
  show(conversation, []);
  set(conversation, []);
}

/** begun says that the conversation that was to begin has its id: what was put in since is that one's. */
export function begun(conversation: string): void {
  const { draft } = drafts.clippedOf("");
  const waits = uploadsOf(""), now = clipsOf("");
  for (const target of new Set([draft, ...waits.map((u) => u.to.conversation)])) if (target) moveUploads(target, conversation);
  show("", []);
  set("", []);
  drafts.keepClipped("", { draft: "", clips: [] });
  if (waits.length > 0) show(conversation, waits.map((u) => u.id));
  if (now.length > 0) set(conversation, now);
}

/** sending waits until the server has all the files of a conversation, or says which it has not got. */
export function sending(conversation: string): Promise<{ failed: Upload[] }> {
  return new Promise((done) => {
    const look = () => {
      const all = uploadsOf(conversation);
      if (all.some(isSending)) return;
      end();
      done({ failed: all.filter((u) => !u.document) });
    };
    const end = uploads.subscribe(look);
    look();
  });
}
