import type { Conversation, Message, Time } from "../api";
import { ask, send } from "../net";

/** Share lets its audience read a conversation: as it was when leaf is one of its messages, as it goes on when there is none. */
export interface Share { id: string; conversation: string; title: string; prefix: string; leaf: string; audience: string[]; created: Time; expires: Time | null; revoked: Time | null; opened: number; thinking?: boolean; secret?: string; link?: string }
export interface Shared { title: string; owner: string; mine: boolean; live: boolean; expires: Time | null; created: Time; updated: Time; messages: Message[] }

const id = encodeURIComponent;

export const sharing = {
  all: () => ask<{ items: Share[] }>("GET", "/api/shares"),
  make: (body: { conversation: string; leaf?: string; audience: string[]; expires?: string; thinking?: boolean }) => ask<Share>("POST", "/api/shares", body),
  revoke: (share: string) => ask<unknown>("DELETE", `/api/shares/${id(share)}`),
  open: (secret: string) => ask<Shared>("POST", "/api/shared", { secret }),
  copy: (secret: string) => ask<Conversation>("POST", "/api/shared/branch", { secret }),
  file: async (secret: string, blob: string) => (await send("POST", "/api/shared/file", { secret, blob })).blob(),
};

export const everybody = "*";

/** inDays is the moment so many days from now; 0 is never. */
export const inDays = (days: number, now = new Date()): string | undefined =>
  days === 0 ? undefined : new Date(now.getTime() + days * 86_400_000).toISOString();

/** isOver says whether a share lets nobody read any more. */
export const isOver = (s: Pick<Share, "expires" | "revoked">, now = new Date()): boolean =>
  s.revoked !== null || (s.expires !== null && new Date(s.expires) <= now);
