// Requests to the server. An error has a message that a person may read, in their language.

import { lang, t } from "./text.js";

export class Refused extends Error {
  constructor(message, code, status) { super(message); this.code = code; this.status = status; }
}

export const key = {
  get: () => sessionStorage.getItem("key") || "",
  set: secret => sessionStorage.setItem("key", secret),
};

export async function send(path, body, signal) {
  const headers = { "Accept-Language": lang };
  if (key.get()) headers.Authorization = "Bearer " + key.get();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, signal,
      body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (err) {
    if (err.name === "AbortError") throw err;
    throw new Refused(t("error_network"), "network", 0);
  }
  if (!reply.ok) {
    const told = await reply.json().then(j => j.error, () => null);
    throw new Refused(told?.message || t("error_status", reply.status), told?.code || "", reply.status);
  }
  return reply;
}

export const ask = async (path, body, signal) => (await send(path, body, signal)).json();

// events yields the data of server-sent events.
export async function* events(reply) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line.startsWith("data: ")) yield line.slice(6);
    }
  } catch (err) {
    if (err.name === "AbortError") throw err;
    throw new Refused(t("error_cut"), "network", 0);
  } finally {
    reader.cancel().catch(() => {});
  }
}
