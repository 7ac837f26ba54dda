// Requests to the server. An error has a message that a person may read, in their language.

import { lang, t } from "./text";

/** Refused is what the server, or the lack of one, answers instead of what was asked for. */
export class Refused extends Error {
  constructor(message: string, readonly code: string, readonly status: number) {
    super(message);
    this.name = "Refused";
  }
}

export const isAbort = (err: unknown): boolean => err instanceof DOMException && err.name === "AbortError";

/** told is what a person may read of any error. */
export const told = (err: unknown): string => (err instanceof Refused ? err.message : t("error_unknown"));

let signedOut: () => void = () => {};
/** onSignedOut is called when the server no longer knows who asks. */
export function onSignedOut(fn: () => void): void { signedOut = fn; }

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** send makes a request and returns the reply if it is a good one. */
export async function send(method: Method, path: string, body?: unknown, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  const all: Record<string, string> = { "Accept-Language": lang(), ...headers };
  const form = body instanceof FormData;
  if (body !== undefined && !form) all["Content-Type"] = "application/json";
  let reply: Response;
  try {
    reply = await fetch(path, { method, headers: all, signal, body: form ? body : body === undefined ? undefined : JSON.stringify(body) });
  } catch (err) {
    if (isAbort(err)) throw err;
    throw new Refused(t("error_network"), "network", 0);
  }
  if (reply.ok) return reply;
  const error = await reply.json().then((j: { error?: { message?: string; code?: string } }) => j.error, () => undefined);
  if (reply.status === 401 && !path.startsWith("/api/session")) signedOut();
  throw new Refused(error?.message || t("error_status", reply.status), error?.code ?? "", reply.status);
}

/** ask makes a request and reads the reply as JSON. */
export async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const reply = await send(method, path, body, signal);
  return (reply.status === 204 ? undefined : await reply.json()) as T;
}
