// What one may ask of the server about oneself.

import type { Time } from "../api";
import { ask, type Method } from "../net";

export interface SignedIn { id: string; created: Time; last_used: Time; expires: Time; address: string; agent: string; current: boolean }
export interface Key { id: string; name: string; prefix: string; scopes: string[]; per_minute: number; created: Time; expires: Time | null; last_used: Time | null; revoked: Time | null; secret?: string }
interface Items<T> { items: T[]; next?: string }

const id = encodeURIComponent;
const call = <T>(method: Method, path: string, body?: unknown) => ask<T>(method, path, body);

export const mine = {
  sessions: () => call<Items<SignedIn>>("GET", "/api/sessions"),
  endSession: (session: string) => call<unknown>("DELETE", `/api/sessions/${id(session)}`),
  endOthers: () => call<unknown>("DELETE", "/api/sessions"),
  setPassword: (body: { old: string; new: string; login?: string }) => call<unknown>("POST", "/api/session/password", body),
  keys: () => call<Items<Key>>("GET", "/api/keys"),
  addKey: (body: { name: string; scopes: string[]; per_minute: number; days: number }) => call<Key>("POST", "/api/keys", body),
  revokeKey: (key: string) => call<unknown>("DELETE", `/api/keys/${id(key)}`),
};
