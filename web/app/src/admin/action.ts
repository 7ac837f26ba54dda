// What the audit log names, in words.

import type { Translate } from "../text";
import type { AuditQuery } from "./calls";

/** actions are what the log records, as the server writes them. */
export const actions = [
  "session.create", "session.end", "session.end_all", "session.refuse", "person.create", "person.change", "person.reset", "person.depart", "principal.create", "principal.disable", "principal.enable",
  "link.create", "link.use", "link.revoke", "team.create", "team.rename", "team.members", "team.delete", "key.create", "key.revoke",
  "share.create", "share.open", "share.revoke", "text.read", "conversation.grade", "conversation.delete", "conversation.import", "message.delete", "folder.grade", "folder.delete",
  "prompt.publish", "prompt.grade", "prompt.delete", "quota.set", "quota.delete", "model.readers", "licence.accept", "setting.change",
  "announcement.create", "announcement.change", "announcement.delete", "rating.handle", "backup.begin", "backup.create", "backup.restore",
] as const;

/** kinds are what actions begin with, for those that come in several. */
export const kinds = ["session", "person", "team", "key", "share", "text"] as const;

/** actionName says an action in words; one that it does not know, as it is. */
export function actionName(t: Translate, action: string): string {
  const said = t("act_" + action.replaceAll(".", "_"));
  return said.startsWith("act_") ? action : said;
}

/** detailText says details on one line, name: value, without those that say nothing. nameOf says who an id is of. */
export function detailText(details: unknown, nameOf: (id: string) => string = (id) => id): string {
  if (typeof details !== "object" || details === null) return details == null ? "" : String(details);
  const said = (v: unknown): string => (Array.isArray(v) ? v.map(said).join(", ") : typeof v === "object" && v !== null ? JSON.stringify(v) : nameOf(String(v ?? "")));
  return Object.entries(details).map(([name, v]) => [name, said(v)]).filter(([, v]) => v !== "").map(([name, v]) => `${name}: ${v}`).join(" · ");
}

/** moments turns the days of a form into moments where the reader is: from the first's beginning to the last's end. */
export function moments(q: AuditQuery): AuditQuery {
  const at = (day: string, plus: number): string => {
    if (!day) return "";
    const [y = 0, m = 1, d = 1] = day.split("-").map(Number);
    return new Date(y, m - 1, d + plus).toISOString().replace(/\.\d+Z$/, "Z");
  };
  return { ...q, object: q.object.trim(), from: at(q.from, 0), to: at(q.to, 1) };
}
