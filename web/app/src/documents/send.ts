// Sending a file so that one sees how much of it is gone. fetch does not tell.

import { Refused } from "../net";
import { lang, t } from "../text";

export interface SendOptions { signal: AbortSignal; onSent(bytes: number): void }

/** sendFile posts a form and reads the reply as JSON. It is told of bytes of the whole form, which is a little more than the file. */
export function sendFile<T>(path: string, form: FormData, { signal, onSent }: SendOptions): Promise<T> {
  return new Promise<T>((done, failed) => {
    if (signal.aborted) { failed(new DOMException("aborted", "AbortError")); return; }
    const line = new XMLHttpRequest();
    const abort = () => line.abort();
    signal.addEventListener("abort", abort, { once: true });
    line.open("POST", path);
    line.setRequestHeader("Accept-Language", lang());
    line.responseType = "json";
    line.upload.onprogress = (e) => onSent(e.loaded);
    line.onload = () => {
      const body = line.response as (T & { error?: { code?: string; message?: string } }) | null;
      if (line.status >= 200 && line.status < 300 && body) done(body);
      else failed(new Refused(body?.error?.message || t("error_status", line.status), body?.error?.code ?? "", line.status));
    };
    line.onerror = () => failed(new Refused(t("error_network"), "network", 0));
    line.onabort = () => failed(new DOMException("aborted", "AbortError"));
    line.onloadend = () => signal.removeEventListener("abort", abort);
    line.send(form);
  });
}
