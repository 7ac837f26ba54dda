// A part of a page that is to be asked about goes with the next question, as files do.

import { documents } from "../documents/calls";
import { told } from "../net";
import { toast } from "../parts/toast";
import { closeReading } from "../reading/state";
import type { Region } from "../reading/region";
import { go, here } from "../router";
import { shell } from "../shell/state";
import { t } from "../text";
import { clipRegion, useClips } from "./clips";
import { focusComposer } from "./composer";
import { chooseScope, open, thread, useThread } from "./thread";
import type { Clip } from "./drafts";

export const most = 4; // parts that one question may be about, as the server has it

/** regionOf is the part of a page that goes with a question, if that is what a clip is. */
export const regionOf = (c: Pick<Clip, "page" | "box">): Region | null => (c.page && c.box ? { page: c.page, box: c.box } : null);

const none: Region[] = [];

/** useAsked are the parts of a version that go with the next question of the conversation that is open. */
export function useAsked(version: string): Region[] {
  const all = useClips(useThread((s) => s.id)).filter((c) => c.version === version).flatMap((c) => regionOf(c) ?? []);
  return all.length > 0 ? all : none;
}

/** askAbout puts a part of a page into the composer: of the conversation that is open, or of a new one where none is. */
export async function askAbout(of: { version: string; title: string }, region: Region): Promise<void> {
  try {
    const v = await documents.version(of.version);
    const place = here().parts[0] ?? "";
    if (!["", "c", "f"].includes(place)) {
      await open(""); // before it is shown: what a temporary chat left behind goes first
      go("/");
    }
    const conversation = thread.get().id;
    const taken = clipRegion(conversation, { document: v.document, version: v.id, name: of.title || v.name, mime: "", size: v.size, own: false, ...region }, most);
    if (!taken) { toast(t("pick_most", most), "bad"); return; }
    if (thread.get().scope === "none") chooseScope("attached"); // what was chosen is what the answer is to rest on
    if (shell.get().narrow) closeReading();
    requestAnimationFrame(focusComposer);
  } catch (err) {
    toast(told(err), "bad");
  }
}

