import type { Server } from "node:http";

interface Turn { end(state: string, last: [kind: string, data: unknown]): void }

export function mock(opts?: { begin?: string; speed?: number; answer?: string }): {
  server: Server;
  state: {
    messages: Record<string, { id: string; text: string }[]>;
    conversations: { id: string; title: string }[];
    requests: { method: string; path: string; body: unknown }[];
    turns: Map<string, Turn>;
  };
};
