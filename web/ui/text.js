// Texts come from the server's catalogue, in the language the page is switched to.

let texts = {};
export let lang = localStorage.getItem("lang") || (/^en\b/.test(navigator.language) ? "en" : "ko");

// t returns a text with its verbs (%s, %d, %[2]s) filled in.
export function t(name, ...params) {
  let next = 0;
  return (texts[name] ?? name).replace(/%(?:\[(\d)\])?([sd%])/g, (_, at, verb) =>
    verb === "%" ? "%" : String(params[at ? at - 1 : next++] ?? ""));
}

// speak fetches a language and puts it on the page.
export async function speak(to) {
  const reply = await fetch("/api/texts?lang=" + to);
  if (!reply.ok) throw new Error("texts: " + reply.status);
  ({ lang, texts } = await reply.json());
  localStorage.setItem("lang", lang);
  document.documentElement.lang = lang;
  for (const el of document.querySelectorAll("[data-text]")) el.textContent = t(el.dataset.text);
  for (const el of document.querySelectorAll("[data-placeholder]")) el.placeholder = t(el.dataset.placeholder);
  for (const el of document.querySelectorAll("[data-label]")) {
    el.setAttribute("aria-label", t(el.dataset.label));
    if (el.tagName === "BUTTON") el.title = t(el.dataset.label);
  }
}

// size says a number of bytes as people do.
export function size(bytes) {
  const [unit, digits] = bytes >= 1e9 ? [1e9, 1] : [1e6, 0];
  return (bytes / unit).toFixed(digits) + (unit === 1e9 ? " GB" : " MB");
}

// count says a number with the separators of the language.
export const count = n => new Intl.NumberFormat(lang).format(n);

// make builds an element. What is in it is text or elements, never markup.
export function make(tag, props = {}, ...inside) {
  const el = Object.assign(document.createElement(tag), props);
  el.append(...inside.filter(x => x !== null && x !== undefined && x !== false));
  return el;
}
