import { useContext } from "react";
import { api, type Message } from "../api";
import type { Numbered } from "../stream";
import { Proven } from "../markdown/source";
import { useText } from "../text";
import type { Citation } from "./answer";
import { thread } from "./thread";

const most = 500; // answers whose events are held
const fetched = new Map<string, Numbered[]>();

/** fetchedEvents are events of an answer that this page has fetched already: paper does not wait for them. */
export const fetchedEvents = (message: string): Numbered[] | undefined => fetched.get(message);

export function holdEvents(message: string, events: Numbered[]): void {
  if (fetched.size >= most) fetched.clear();
  fetched.set(message, events);
}

const lacks = (m: Message): boolean => m.role === "assistant" && !m.events && !fetched.has(m.id) && !!m.mode && m.mode !== "chat" && m.state !== "writing";

/** printTalk prints the conversation, with what all its answers rest on. */
export async function printTalk(): Promise<void> {
  const all = thread.get().messages.filter(lacks);
  await Promise.all(all.slice(-most).map((m) => api.events(m.id).then((page) => holdEvents(m.id, page.items), () => {})));
  print();
}

/** PrintedSources are what an answer rests on as paper shows it: place and words, for nothing can be opened there. */
export function PrintedSources({ citations }: { citations: Citation[] }) {
  const t = useText();
  const proof = useContext(Proven);
  if (citations.length === 0) return null;
  return (
    <section className="printed-sources" aria-hidden="true">
      <h3>{t("sources")}</h3>
      <ol>
        {[...citations].sort((a, b) => a.index - b.index).map((c) => (
          <li key={c.index} value={c.index}>
            {c.withheld ? t("source_withheld") : proof?.about(c.index, -1)?.deleted ? t("source_deleted") : <><strong>{c.title}</strong>{c.where && `, ${c.where}`}{c.url && ` <${c.url}>`}{c.snippet && <q>{c.snippet}</q>}</>}
          </li>
        ))}
      </ol>
    </section>
  );
}
