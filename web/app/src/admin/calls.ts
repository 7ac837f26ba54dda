// What those who run the place may ask of the server.

import type { Conversation, Message, Role, Team, Time } from "../api";
import { ask } from "../net";

export interface Member { id: string; name: string; login: string; role: Role; teams: Team[]; password: boolean; grade: number; created: Time; disabled: Time | null; departed: Time | null; heir: string }
export interface LetIn extends Member { link: string; expires: Time }
export interface Invitation { id: string; kind: "first" | "invite" | "reset"; name: string; person: string; role: string; teams: string[]; by: string; created: Time; expires: Time; used: Time | null; revoked: Time | null; link?: string }
export interface TeamRow { id: string; name: string; created: Time; members: string[] }
/** Limit is how much a subject ("" is everybody) may use: each member of a team, or the team together; -1 is no limit. */
export interface Limit { subject: string; together?: boolean; per_day: number; per_minute: number; at_once: number }
export interface Used { key: string; name: string; requests: number; prompt: number; cached: number; completion: number }
export interface Usage { from: string; to: string; total: Used; items: Used[] }
export interface Entry { seq: number; at: Time; principal: string; action: string; object: string; details: unknown; hash: string }
export interface Said { owner: string; conversation: Conversation; messages: Message[] }
export interface Told { id: string; level: "info" | "warning"; ko: string; en: string; begins: Time; ends: Time | null; author: string; created: Time }
export interface Brand { name: string; accent: string; notice: string; logo: string }
export interface Report { message: string; person: string; value: number; reasons: string[]; text: string; mode: string; model: string; created: Time; handled: Time | null; handler: string }
export interface Fact { about: string; level: "ok" | "warning" | "bad"; code: string; text: string }
export interface AuditQuery { principal: string; action: string; object: string; from: string; to: string }
interface Items<T> { items: T[]; next?: string }

const id = encodeURIComponent;
const q = (params: Record<string, string>): string => {
  const set = Object.entries(params).filter(([, v]) => v !== "");
  return set.length === 0 ? "" : "?" + new URLSearchParams(set).toString();
};

export const admin = {
  people: () => ask<Items<Member>>("GET", "/api/people"),
  addPerson: (body: { name: string; login: string; role: string; teams: string[] }) => ask<LetIn>("POST", "/api/people", body),
  changePerson: (person: string, body: { name?: string; login?: string; role?: string; grade?: number }) => ask<Member>("PATCH", `/api/people/${id(person)}`, body),
  disable: (person: string) => ask<Member>("POST", `/api/people/${id(person)}/disable`, {}),
  enable: (person: string) => ask<Member>("POST", `/api/people/${id(person)}/enable`, {}),
  depart: (person: string, heir: string) => ask<Member>("POST", `/api/people/${id(person)}/depart`, { heir }),
  reset: (person: string) => ask<LetIn>("POST", `/api/people/${id(person)}/reset`, {}),
  invites: () => ask<Items<Invitation>>("GET", "/api/invites"),
  invite: (body: { name: string; role: string; teams: string[]; days: number }) => ask<Invitation>("POST", "/api/invites", body),
  revokeInvite: (link: string) => ask<unknown>("DELETE", `/api/invites/${id(link)}`),
  teams: () => ask<Items<TeamRow>>("GET", "/api/teams"),
  addTeam: (name: string, members: string[]) => ask<TeamRow>("POST", "/api/teams", { name, members }),
  changeTeam: (team: string, body: { name?: string; members?: string[] }) => ask<TeamRow>("PATCH", `/api/teams/${id(team)}`, body),
  removeTeam: (team: string) => ask<unknown>("DELETE", `/api/teams/${id(team)}`),
  readers: (model: string) => ask<{ subjects: string[] }>("GET", `/api/admin/models/${id(model)}/readers`),
  setReaders: (model: string, subjects: string[]) => ask<{ subjects: string[] }>("PUT", `/api/admin/models/${id(model)}/readers`, { subjects }),
  limits: () => ask<Items<Limit>>("GET", "/api/admin/quotas"),
  setLimit: (limit: Limit) => ask<Items<Limit>>("PUT", "/api/admin/quotas", limit),
  removeLimit: (subject: string, together = false) => ask<Items<Limit>>("DELETE", "/api/admin/quotas?subject=" + id(subject) + (together ? "&together=true" : "")),
  usage: (from: string, to: string, by: string) => ask<Usage>("GET", "/api/admin/usage" + q({ from, to, by })),
  audit: (query: AuditQuery, cursor = "") => ask<Items<Entry>>("GET", "/api/admin/audit" + q({ ...query, cursor })),
  verify: () => ask<{ ok: boolean; seq: number; hash: string }>("GET", "/api/admin/audit/verify"),
  said: (body: { conversation?: string; message?: string }) => ask<Said>("POST", "/api/admin/audit/text", body),
  titles: (person: string, cursor = "") => ask<Items<Conversation>>("POST", "/api/admin/audit/text", { person, cursor }),
  announcements: () => ask<Items<Told>>("GET", "/api/admin/announcements"),
  announce: (body: object) => ask<Told>("POST", "/api/admin/announcements", body),
  reannounce: (told: string, body: object) => ask<Told>("PUT", `/api/admin/announcements/${id(told)}`, body),
  unannounce: (told: string) => ask<unknown>("DELETE", `/api/admin/announcements/${id(told)}`),
  brand: () => ask<Brand>("GET", "/api/admin/branding"),
  setBrand: (b: Pick<Brand, "name" | "accent" | "notice">) => ask<Brand>("PUT", "/api/admin/branding", b),
  removeLogo: () => ask<unknown>("DELETE", "/api/admin/branding/logo"),
  reports: (every: boolean, cursor = "") => ask<Items<Report>>("GET", "/api/admin/feedback" + q({ all: every ? "true" : "", cursor })),
  handle: (message: string, person: string) => ask<unknown>("POST", "/api/admin/feedback/handle", { message, person }),
  glossary: () => ask<{ groups: string[][] }>("GET", "/api/glossary"),
  setGlossary: (groups: string[][]) => ask<{ groups: string[][] }>("PUT", "/api/admin/glossary", { groups }),
  health: () => ask<Items<Fact> & { version: string; at: Time }>("GET", "/api/admin/health"),
};
