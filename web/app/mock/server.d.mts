import type { Server } from "node:http";

export function mock(opts?: { begin?: string; speed?: number; answer?: string }): {
  server: Server;
  state: { messages: Record<string, { id: string; text: string }[]>; requests: { method: string; path: string; body: unknown }[] };
};
