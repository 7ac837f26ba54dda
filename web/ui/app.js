// The conversation: asking, streaming, stopping, copying.

import { copied, render } from "./markdown.js";
import { now, openDialog, refresh, show } from "./models.js";
import { events, Refused, send } from "./net.js";
import { lang, make, speak, t } from "./text.js";

const $ = id => document.getElementById(id);
const input = $("input");
const turns = []; // {role, text, thinking, error, el}
let stop = null;  // ends the answer that is being written

function theme() {
  const chosen = localStorage.getItem("theme") || "";
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").value = chosen;
}

// draw shows one turn.
function draw(turn) {
  if (turn.role === "user") {
    turn.el.textContent = turn.text;
    return;
  }
  const { body, think, tools, problem } = turn.parts;
  think.hidden = !turn.thinking;
  think.firstChild.textContent = t("thinking");
  think.lastChild.textContent = turn.thinking;
  if (turn.text || !turn.writing) render(body, turn.text);
  else if (!body.firstChild) body.replaceChildren(make("span", { className: "wait" }));
  problem.textContent = turn.error || (turn.stopped ? t("stopped") : turn.cut ? t("cut") : "");
  problem.className = turn.error ? "error" : "detail";
  tools.replaceChildren();
  if (!turn.writing) {
    const copy = make("button", { type: "button", className: "quiet", onclick: () => copied(copy, turn.text) }, t("copy"));
    if (turn.text) tools.append(copy);
    if (turn === turns.at(-1)) {
      tools.append(make("button", { type: "button", className: "quiet", onclick: again }, t(turn.error ? "retry" : "again")));
    }
  }
}

function add(role, text) {
  const turn = { role, text, thinking: "", error: "", el: make("li", { className: "turn " + role }) };
  if (role === "assistant") {
    turn.parts = {
      who: make("div", { className: "who" }, $("picked").textContent),
      think: make("details", { className: "thinking", hidden: true }, make("summary"), make("div")),
      body: make("div", { className: "body" }), problem: make("p"), tools: make("div", { className: "tools" }),
    };
    const { who, think, body, problem, tools } = turn.parts;
    turn.el.append(who, think, body, problem, tools);
  }
  const before = turns.at(-1);
  turns.push(turn);
  if (before) draw(before); // it is no longer the last
  $("log").append(turn.el);
  draw(turn);
  return turn;
}

// follow keeps the end in sight, unless the reader has scrolled up.
const main = document.querySelector("main");
let following = true;
main.addEventListener("scroll", () => { following = main.scrollHeight - main.scrollTop - main.clientHeight < 60; });
const follow = () => { if (following) main.scrollTop = main.scrollHeight; };

function layout() {
  $("welcome").hidden = turns.length > 0;
  $("send").textContent = t(stop ? "stop" : "send");
  $("send").disabled = !stop && !input.value.trim();
  $("new").disabled = !turns.length;
  input.style.height = "auto";
  input.style.height = input.scrollHeight + "px";
}

function submit() {
  const text = input.value.trim();
  if (!text || stop) return;
  if (now.state !== "ready") {
    $("phase").textContent = t(now.state === "bringing" ? "not_yet" : "no_model");
    return;
  }
  input.value = "";
  following = true;
  add("user", text);
  answer();
}

function again() {
  if (stop) return;
  const last = turns.pop();
  last.el.remove();
  answer();
}

// asked is the conversation as the server wants it. What was not answered is not sent again.
function asked() {
  const system = (localStorage.getItem("system") || "").trim();
  const messages = system ? [{ role: "system", content: system }] : [];
  for (const turn of turns) {
    if (turn.text) messages.push({ role: turn.role, content: turn.text });
  }
  return messages;
}

async function answer() {
  const messages = asked();
  const turn = add("assistant", "");
  turn.writing = true;
  stop = new AbortController();
  const slow = setTimeout(() => { $("phase").textContent = t("reading"); }, 1500);
  $("log").setAttribute("aria-busy", "true");
  layout();
  follow();
  try {
    const reply = await send("/v1/chat/completions", { messages, stream: true, temperature: 0.7, top_p: 0.95 }, stop.signal);
    await read(reply, turn, slow);
  } catch (err) {
    if (err.name === "AbortError") turn.stopped = true;
    else turn.error = err.message;
  }
  clearTimeout(slow);
  stop = null;
  turn.writing = false;
  $("phase").textContent = "";
  draw(turn);
  $("log").setAttribute("aria-busy", "false"); // only now is the answer read aloud
  layout();
  follow();
}

// read draws an answer as it comes, once a frame at most.
async function read(reply, turn, slow) {
  let waiting = false;
  let done = false;
  for await (const data of events(reply)) {
    if (data === "[DONE]") { done = true; break; }
    const chunk = JSON.parse(data);
    if (chunk.error) throw new Refused(chunk.error.message, chunk.error.code, 0);
    const choice = chunk.choices[0];
    if (!choice) continue;
    turn.text += choice.delta.content || "";
    turn.thinking += choice.delta.reasoning_content || "";
    if (choice.finish_reason === "length") turn.cut = true;
    if (turn.text || turn.thinking) {
      clearTimeout(slow);
      $("phase").textContent = "";
    }
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => { waiting = false; if (turn.writing) { draw(turn); follow(); } });
    }
  }
  if (!done) throw new Refused(t("error_cut"), "network", 0);
}

// Enter sends. While a syllable of Hangul is being composed, Enter first ends it: the syllable is committed and
// then the message is sent, once, whether the browser tells of one Enter or two. Where Enter picks a candidate
// (kana, pinyin) it only does that.
let pending = false; // Enter came during composition
let timer = 0;
input.addEventListener("keydown", e => {
  if (e.key !== "Enter" && e.keyCode !== 13 && !(e.keyCode === 229 && e.code === "Enter")) return;
  if (e.isComposing || e.keyCode === 229) {
    pending = !e.shiftKey;
    return;
  }
  if (e.shiftKey) return;
  e.preventDefault();
  clearTimeout(timer);
  submit();
});
input.addEventListener("compositionstart", () => { pending = false; });
input.addEventListener("compositionend", e => {
  const hangul = /^[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+$/.test(e.data || "");
  if (pending && hangul) timer = setTimeout(submit, 0);
  pending = false;
});
input.addEventListener("beforeinput", e => {
  if (e.inputType === "insertLineBreak" && pending) e.preventDefault();
});
input.addEventListener("input", layout);

$("send").addEventListener("click", () => { if (stop) stop.abort(); else submit(); input.focus(); });
document.addEventListener("keydown", e => {
  if (e.key === "Escape" && stop && !e.isComposing && !document.querySelector("dialog[open]")) stop.abort();
});
$("new").addEventListener("click", () => {
  stop?.abort();
  turns.length = 0;
  $("log").replaceChildren();
  layout();
  input.focus();
});
$("lang").addEventListener("click", () => language(lang === "ko" ? "en" : "ko"));
$("settings").addEventListener("click", () => {
  $("system").value = localStorage.getItem("system") || "";
  openDialog("preferences");
});
$("system").addEventListener("input", () => localStorage.setItem("system", $("system").value));
$("theme").addEventListener("change", () => { localStorage.setItem("theme", $("theme").value); theme(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);

async function language(to) {
  await speak(to);
  $("examples").replaceChildren(...["example_1", "example_2", "example_3"].map(name =>
    make("button", { type: "button", onclick: () => { input.value = t(name); layout(); input.focus(); } }, t(name))));
  turns.forEach(draw);
  layout();
  now.offers = [];
  await refresh();
  show();
}

theme();
await language(lang);
input.focus();
