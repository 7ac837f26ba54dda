// Which model answers, which others there are, their licences, and bringing them.

import { ask, key } from "./net.js";
import { count, lang, make, size, t } from "./text.js";

const $ = id => document.getElementById(id);

export const now = { state: "", model: "", pulls: [], notes: [], offers: [] };
let timer = 0;
let trouble = "";
let refusal = ""; // why something that was asked for in the dialog did not happen
let told = "";    // what the notices say, so that they are spoken once

export function openDialog(id) { if (!$(id).open) $(id).showModal(); }

for (const button of document.querySelectorAll("dialog .close")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

// refresh asks how things stand, shows it, and comes back: often while something is on its way.
export async function refresh() {
  clearTimeout(timer);
  try {
    const before = now.pulls.map(p => p.model).join();
    Object.assign(now, await ask("/api/status"));
    if (!now.offers.length || before !== now.pulls.map(p => p.model).join()) await loadOffers();
    trouble = "";
  } catch (err) {
    trouble = err.message;
    if (err.status === 401) askKey(err.message);
  }
  show();
  const busy = now.state !== "ready" || now.pulls.some(p => p.phase !== "failed");
  timer = setTimeout(refresh, document.hidden ? 15000 : trouble ? 3000 : busy ? 700 : 8000);
}

export async function loadOffers() { now.offers = (await ask("/api/models")).models; }

const offerOf = model => now.offers.find(o => o.model === model);
const titleOf = model => offerOf(model)?.title || model;

export function show() {
  $("picked").textContent = now.model ? titleOf(now.model) : t("no_model");
  $("picker").setAttribute("aria-label", t("picker", now.model ? titleOf(now.model) : t("no_model")));
  showNotices();
  if ($("models").open) showOffers();
}

function showNotices() {
  const out = [];
  if (trouble) out.push(notice("warn", trouble));
  for (const note of now.notes) out.push(notice(now.state === "none" ? "warn" : "", note.text));
  for (const p of now.pulls) out.push(pullNotice(p));
  const here = offerOf(now.model);
  if (here && !here.korean && !here.elsewhere) {
    out.push(notice("warn", t("no_korean", here.title), make("button", { type: "button", onclick: openModels }, t("better"))));
  }
  if (now.state === "none" && !now.pulls.length) {
    out.push(notice("", t("pick_one"), make("button", { type: "button", className: "main", onclick: openModels }, t("models"))));
  }
  const all = out.map(x => x.textContent).join("\n");
  if (all === told) return;
  told = all;
  $("notices").replaceChildren(...out);
}

function notice(kind, text, ...more) {
  return make("div", { className: "notice " + kind }, make("div", { className: "row" }, make("span", {}, text), ...more));
}

// pullNotice shows one model on its way.
function pullNotice(p) {
  const title = titleOf(p.model);
  if (p.phase === "failed") {
    return notice("warn", t("pull_stopped", title, p.error.text),
      make("button", { type: "button", onclick: () => begin(p.model) }, t("retry")));
  }
  const bar = make("progress", { max: 1 });
  if (p.total > 0) bar.value = p.done / p.total;
  bar.setAttribute("aria-label", t("pulling", title));
  return make("div", { className: "notice" },
    make("div", { className: "row" }, make("span", {}, t("pulling", title)),
      make("button", { type: "button", className: "quiet", onclick: () => act("/api/models/cancel", p.model) }, t("cancel"))),
    bar, make("small", {}, progress(p)));
}

function progress(p) {
  if (p.phase !== "download" || !p.total) return t("phase_" + p.phase);
  let text = t("progress", size(p.done), size(p.total), Math.floor(100 * p.done / p.total));
  if (p.rate > 0) {
    const left = Math.ceil((p.total - p.done) / p.rate);
    text += " · " + (left < 90 ? t("left_seconds", left) : t("left_minutes", Math.ceil(left / 60)));
  }
  return text;
}

export async function openModels() {
  refusal = "";
  openDialog("models");
  showOffers();
  try { await loadOffers(); } catch (err) { refusal = err.message; }
  showOffers();
}

let shown = "";

function showOffers() {
  const state = JSON.stringify([now.offers, now.model, now.pulls.map(p => [p.model, p.phase]), refusal, lang]);
  if (state === shown) return; // what has the focus keeps it
  shown = state;
  const rows = now.offers.map(offerRow);
  if (refusal) rows.unshift(make("li", {}, make("p", { className: "error wide" }, refusal)));
  $("offers").replaceChildren(...rows);
}

function offerRow(o) {
  const facts = [o.elsewhere ? t("elsewhere") : size(o.size), o.window ? t("window", count(o.window)) : "", o.licence].filter(Boolean).join(" · ");
  return make("li", {},
    make("div", {}, make("strong", {}, o.title), o.korean && make("span", { className: "tag ko" }, t("korean")),
      o.model === now.model && make("span", { className: "tag" }, t("in_use")),
      !o.fits && make("span", { className: "tag" }, t("too_large", size(o.memory)))),
    make("div", { className: "facts" }, facts),
    make("div", { className: "act" }, offerAction(o)),
    o.note && make("p", { className: "note" }, o.note));
}

function offerAction(o) {
  const pull = now.pulls.find(p => p.model === o.model && p.phase !== "failed");
  const button = (text, onclick, className = "") => make("button", { type: "button", onclick, className }, text);
  if (pull) return button(t("cancel"), () => act("/api/models/cancel", o.model));
  if (o.here) {
    const use = button(t("use"), async () => { if (await act("/api/models/use", o.model)) $("models").close(); });
    use.disabled = o.model === now.model;
    return use;
  }
  const bring = button(t("bring"), () => begin(o.model), o.fits ? "main" : "");
  bring.disabled = !o.fits;
  return bring;
}

async function act(path, model) {
  refusal = "";
  try {
    await ask(path, { model });
    await refresh();
    return true;
  } catch (err) {
    refusal = err.message;
    showOffers();
    return false;
  }
}

// begin brings a model, after its licence if it has one to accept.
async function begin(model) {
  refusal = "";
  try {
    await ask("/api/models/pull", { model });
    await refresh();
  } catch (err) {
    if (err.code === "hub_licence") return openLicence(model);
    refusal = err.message;
    openDialog("models");
    showOffers();
  }
}

let licence = null;

async function openLicence(model) {
  try {
    licence = await ask("/api/licence?model=" + encodeURIComponent(model));
  } catch (err) {
    refusal = err.message;
    return showOffers();
  }
  $("licence-title").textContent = licence.title;
  $("licence-note").textContent = [t("licence_" + (licence.class === "research" ? "research" : "terms"), titleOf(model)),
    licence.note.text, licence.url].filter(Boolean).join(" ");
  $("licence-text").textContent = licence.text;
  $("licence-research").hidden = licence.class !== "research";
  $("licence-person").value = "";
  $("licence-confirm").checked = false;
  $("licence-error").textContent = "";
  allow();
  openDialog("licence");
  $("licence-text").scrollTop = 0;
}

const allow = () => {
  $("licence-accept").disabled = licence.class === "research" && !($("licence-person").value.trim() && $("licence-confirm").checked);
};
$("licence-person").addEventListener("input", allow);
$("licence-confirm").addEventListener("change", allow);
$("licence-accept").addEventListener("click", async () => {
  const { model, hash } = licence;
  try {
    await ask("/api/licence/accept", { model, hash, person: $("licence-person").value.trim() });
  } catch (err) {
    $("licence-error").textContent = err.message;
    return;
  }
  $("licence").close();
  await begin(model);
});

function askKey(message) {
  if ($("key").open) return;
  $("key-error").textContent = key.get() ? message : "";
  openDialog("key");
}
const saveKey = () => {
  key.set($("key-secret").value.trim());
  $("key").close();
  refresh();
};
$("key-save").addEventListener("click", saveKey);
$("key-secret").addEventListener("keydown", e => { if (e.key === "Enter") saveKey(); });
$("picker").addEventListener("click", openModels);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
