// A server of the page's contract that answers from a fixture, for working on the page without a model:
//   npm run mock                 with PORT (8790), and MOCK=setup|signed-out|empty|down-mid-answer for other beginnings
// It also serves what was built, with the policy of the real server.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as fixture from "./fixture.mjs";
import { handle as shelves, multipart, shelf } from "./documents.mjs";
import { texts } from "./texts.mjs";

const dist = process.env.DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));
const kinds = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json" };
export const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** mock makes a server with a state of its own. speed is how many milliseconds lie between pieces of an answer. */
export function mock({ begin = "", speed = 25, answer = fixture.rich } = {}) {
  const s = {
    begin, conversations: begin === "empty" ? [] : structuredClone(fixture.conversations), messages: structuredClone(fixture.messages), folders: structuredClone(fixture.folders),
    signedIn: begin !== "signed-out" && begin !== "setup", settings: {}, turns: new Map(), taken: new Map(), next: 1, pulls: [], requests: [], shelf: shelf(begin), cut: begin === "down-mid-answer" ? 1 : 0, current: "exaone-3.5-2.4b",
  };
  const server = createServer((req, res) => {
    handle(s, { speed, answer }, req, res).catch((err) => {
      if (!res.headersSent) json(res, err.status ?? 500, { error: { code: err.code ?? "internal", message: err.message } });
      else res.destroy();
    });
  });
  return { server, state: s };
}

const json = (res, status, body) => { res.writeHead(status, { "Content-Type": "application/json; charset=utf-8" }); res.end(JSON.stringify(body)); };
const refuse = (status, code, message) => Object.assign(new Error(message), { status, code });

async function bodyOf(req) {
  const pieces = [];
  for await (const chunk of req) pieces.push(chunk);
  const raw = Buffer.concat(pieces), type = req.headers["content-type"] ?? "";
  if (type.startsWith("multipart/")) return multipart(raw, type);
  return raw.length > 0 ? JSON.parse(raw.toString("utf8")) : {};
}

async function handle(s, opts, req, res) {
  const url = new URL(req.url, "http://mock");
  if (!url.pathname.startsWith("/api/")) return file(url.pathname, res);
  const body = req.method === "GET" ? {} : await bodyOf(req);
  s.requests.push({ method: req.method, path: url.pathname, body });
  const [, , what, id, sub] = url.pathname.split("/");
  const ok = (v = { ok: true }) => json(res, 200, v);
  const shelved = shelves(s.shelf, refuse, { method: req.method, what, id, sub, body, query: url.searchParams, req, res }, ok);
  if (shelved !== false) return shelved;
  switch (what) {
    case "texts": return ok(texts(url.searchParams.get("lang")));
    case "session": return session(s, req.method, id, body, ok);
    case "settings": if (req.method === "PUT") Object.assign(s.settings, body); return ok(s.settings);
    case "conversations": return conversations(s, req.method, id, body, url.searchParams, ok);
    case "turns": return id ? (sub === "stop" ? stop(s, id, ok) : sub === "approval" ? approve(s, id, body, ok) : events(s, id, req, res, opts)) : turn(s, body, opts, ok);
    case "messages": return message(s, req.method, id, sub, body, ok);
    case "folders": return folders(s, req.method, id, body, ok);
    case "prompts": return ok(id === "builtin" ? { items: fixture.builtin, jobs: [...new Set(fixture.builtin.map((p) => p.job))].map((j) => ({ id: j, name: j })) } : { items: fixture.prompts });
    case "ledger": return ok(ledger(s, body));
    case "search": return ok({ items: s.conversations.filter((c) => c.title.includes(url.searchParams.get("q"))).slice(0, 5).map((c) => ({ conversation: c.id, title: c.title, message: "", archived: false, updated: c.updated, snippet: `… 이 부분에서 ${url.searchParams.get("q")}에 대해 이야기했습니다 …`, marks: [[9, 9 + url.searchParams.get("q").length]] })) });
    case "directory": return ok({ items: [{ id: "t1", kind: "team", name: "전략기획" }, { id: "t2", kind: "team", name: "영업팀" }, { id: "p1", kind: "person", name: "김서연" }, { id: "p2", kind: "person", name: "박지훈" }, { id: "p3", kind: "person", name: "이하늘" }] });
    case "grades": return ok({ items: [{ grade: 0, ko: "공개", en: "Open" }, { grade: 1, ko: "민감", en: "Sensitive" }, { grade: 2, ko: "기밀", en: "Classified" }], clearance: 1 });
    case "status": return ok({ state: "ready", model: s.current, pulls: s.pulls, notes: [] });
    case "models": return models(s, id, body, ok);
    case "licence": return ok(id === "accept" ? { ok: true } : { model: url.searchParams.get("model"), title: "EXAONE AI Model License Agreement 1.1 - NC", class: "research", url: "https://huggingface.co/LGAI-EXAONE", text: "EXAONE AI Model License Agreement 1.1 - NC\n\n" + "This License Agreement is entered into between you and LG Management Development Institute Co., Ltd. … ".repeat(20), hash: "abc", note: { code: "", text: "" } });
    default: throw refuse(404, "no_route", "이 주소에는 아무것도 없습니다.");
  }
}

function session(s, method, sub, body, ok) {
  if (sub === "link") {
    if (body.secret === "bad") throw refuse(404, "link_unknown", "이미 썼거나 없는 링크입니다.");
    if (body.secret === "invite" && !body.password) return ok({ needs: ["name", "login", "password"], name: "박지훈" });
    s.signedIn = true; s.begin = "";
    return ok();
  }
  if (sub === "password") return ok();
  if (method === "PATCH") { fixture.person.name = body.name; return ok(fixture.person); }
  if (method === "DELETE") { s.signedIn = false; return ok(); }
  if (method === "POST") {
    if (body.password !== "correct horse") throw refuse(401, "bad_login", "아이디나 비밀번호가 맞지 않습니다.");
    s.signedIn = true;
    return ok();
  }
  return ok({
    setup: s.begin !== "setup", local: true, person: s.signedIn ? fixture.person : null,
    may: s.signedIn ? ["ask", "use.api", "share", "prompts.publish", "people.manage", "models.manage", "usage.read", "audit.read", "quotas.manage", "brand"] : [], modes: ["auto", "chat", "documents", "extract", "summary", "compare", "table"],
    branding: { name: "", accent: "", notice: "" }, announcements: s.signedIn && s.begin === "announced" ? [{ id: "an1", level: "info", text: "오늘 오후 6시부터 10분 동안 점검이 있습니다." }] : [],
    quota: { per_day: 200000, used_today: 48210, per_minute: 20, at_once: 2, resets_at: Date.now() + 9 * 3_600_000 }, server: { version: "dev", url: "", mail: false }, model: { name: s.current, level: "assist", window: 4096 },
  });
}

function conversations(s, method, id, body, q, ok) {
  if (id === "bulk") {
    for (const c of s.conversations) {
      if (!body.ids.includes(c.id)) continue;
      if (body.action === "archive" || body.action === "unarchive") c.archived = body.action === "archive";
      if (body.action === "move") c.folder = body.folder;
    }
    if (body.action === "delete") s.conversations = s.conversations.filter((c) => !body.ids.includes(c.id));
    return ok();
  }
  if (!id) {
    if (method === "POST") return ok(begin(s, { title: "갈라진 대화" }));
    const archived = q.get("archived") === "true";
    const all = s.conversations.filter((c) => c.archived === archived && !c.temporary && (!q.get("folder") || c.folder === q.get("folder")));
    const from = Number(q.get("cursor") ?? 0), limit = Number(q.get("limit") ?? 50);
    return ok({ items: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : "" });
  }
  const c = s.conversations.find((x) => x.id === id);
  if (!c) throw refuse(404, "no_conversation", "그런 대화가 없습니다.");
  if (method === "PATCH") { Object.assign(c, body); return ok(c); }
  if (method === "DELETE") { s.conversations = s.conversations.filter((x) => x !== c); return ok(); }
  let all = s.messages[id] ?? long(id);
  const until = all.findIndex((m) => m.id === q.get("until"));
  if (until >= 0) all = all.slice(0, until + 1).map((m) => (m.cut ? { ...m, cut: false, text: m.whole } : m));
  return ok({ conversation: c, messages: all, writing: all.find((m) => m.state === "writing")?.id ?? null });
}

/** long makes a conversation of as many messages as its id says: "long5000". */
function long(id) {
  const n = Number(/\d+/.exec(id)?.[0] ?? 4);
  const made = (i) => ({ id: `${id}-${i}`, parent: i ? `${id}-${i - 1}` : "", role: i % 2 ? "assistant" : "user", state: "done", text: i % 2 ? (i % 6 === 1 ? fixture.rich : `답변 ${i}번입니다. **중요한 점**을 먼저 말씀드리면 다음과 같습니다.\n\n- 첫째, 기준을 정합니다.\n- 둘째, 결과를 확인합니다.`) : `질문 ${i}번입니다. 이 부분을 자세히 알려 주세요.`, created: Date.now(), mode: "chat", model: "exaone-3.5-2.4b" });
  return Array.from({ length: id.startsWith("long") ? n : 2 }, (_, i) => made(i));
}

function begin(s, more) {
  const c = { id: "n" + s.next++, title: "", folder: "", mode: "auto", model: "", pinned: false, archived: false, temporary: false, created: Date.now(), updated: Date.now(), ...more };
  s.conversations.unshift(c);
  s.messages[c.id] = [];
  return c;
}

function turn(s, body, opts, ok) {
  if (body.text?.endsWith("busy")) throw refuse(429, "busy", "지금은 요청이 많습니다. 잠시 뒤에 다시 시도하세요.");
  const known = body.client_id && s.taken.get(body.client_id);
  if (known) return ok(known);
  const c = s.conversations.find((x) => x.id === body.conversation) ?? begin(s, { title: (body.text ?? "").slice(0, 30), temporary: !!body.temporary, folder: body.folder ?? "" });
  const all = (s.messages[c.id] ??= []);
  const base = { state: "done", thinking: "", mode: "chat", model: s.current, created: Date.now(), rating: null, error: null, usage: null };
  let question = null, parent = body.parent ?? "";
  const before = all.find((m) => m.id === (body.regenerate ?? body.continue));
  if (before) { parent = before.parent; all.splice(all.indexOf(before)); } else {
    const at = all.findIndex((m) => m.id === parent);
    all.splice(at + 1);
    question = { ...base, id: "q" + s.next++, parent, role: "user", text: body.text, attachments: (body.attachments ?? []).map((a) => { const d = s.shelf.documents.find((x) => x.id === a.document); if (d && /^draft:/.test(d.conversation)) d.conversation = c.id; return { name: d?.name, mime: "", size: d?.versions[0].size, document: a.document, version: d?.versions[0].id }; }) };
    all.push(question);
    parent = question.id;
  }
  const words = body.text?.includes("모두") ? null : body.text?.endsWith("wait") || body.text?.includes("안녕") ? "안녕하세요! 무엇을 도와드릴까요?" : opts.answer;
  const start = body.continue ? before.text : "";
  const answer = { ...base, id: "a" + s.next++, parent, role: "assistant", state: "writing", text: start, siblings: before ? [...(before.siblings ?? [before.id]), "a" + (s.next - 1)] : undefined };
  all.push(answer);
  c.updated = Date.now();
  write(s, answer, words, body.text?.endsWith("wait"), start, opts);
  const reply = { conversation: c, question, answer };
  if (body.client_id) s.taken.set(body.client_id, reply);
  return ok(reply);
}

/** write makes the events of an answer as time goes by; whoever follows gets them. */
function write(s, answer, words, forever, start, opts) {
  const t = { events: [], watchers: new Set(), done: false };
  s.turns.set(answer.id, t);
  const emit = (kind, data) => { t.events.push({ number: t.events.length + 1, kind, data }); for (const fn of t.watchers) fn(); };
  t.end = (state, last) => {
    if (t.done) return;
    t.done = true; clearTimeout(t.timer);
    answer.state = state;
    if (last) emit(...last);
  };
  const script = words === null ? fixture.dataEvents.slice(0, -1).map((e) => [e.kind, e.data]) : [["phase", { name: "queue", done: 0, total: 0 }], ["phase", { name: "read", done: 40, total: 100 }],
    ...(words.match(/[\s\S]{1,4}/g) ?? []).map((piece) => ["delta", piece])];
  let at = start.length;
  const step = (i) => {
    if (i === script.length) { if (!forever) t.end("done", ["finish", { reason: "stop", model: s.current, usage: { prompt_tokens: 30, cached_tokens: 0, completion_tokens: 200 } }]); return; }
    const [kind, data] = script[i];
    if (kind === "delta" && typeof data === "string") { emit("delta", { at, text: data }); at += data.length; answer.text += data; }
    else { emit(kind, data); if (kind === "delta") answer.text += data.text; }
    t.timer = setTimeout(step, opts.speed, i + 1);
  };
  t.timer = setTimeout(step, opts.speed * 4, 0);
}

function stop(s, id, ok) {
  s.turns.get(id)?.end("stopped", ["error", { code: "stopped", message: "멈췄습니다." }]);
  return ok();
}

function approve(s, id, body, ok) {
  const t = s.turns.get(id);
  if (!t || t.done) throw refuse(409, "approval_over", "이미 답했거나, 답변이 끝나서 더 기다리지 않는 요청입니다.");
  t.events.push({ number: t.events.length + 1, kind: "result", data: { call_id: body.id, name: "approval", text: body.allow ? "allowed" : "refused" } });
  for (const fn of t.watchers) fn();
  return ok();
}

function events(s, id, req, res, opts) {
  const t = s.turns.get(id);
  if (!t) throw refuse(404, "no_message", "그런 메시지가 없습니다.");
  let at = Number(req.headers["last-event-id"] ?? new URL(req.url, "http://mock").searchParams.get("after") ?? 0);
  res.writeHead(200, { "Content-Type": "text/event-stream" });
  res.write(": hello\n\n");
  const send = () => {
    while (at < t.events.length) {
      const e = t.events[at++];
      if (s.cut > 0 && at === 12) { s.cut--; t.watchers.delete(send); res.destroy(); return; }
      res.write(`id: ${e.number}\nevent: ${e.kind}\ndata: ${JSON.stringify(e.data)}\n\n`);
    }
    if (t.done) { t.watchers.delete(send); res.end(); }
  };
  t.watchers.add(send);
  req.on("close", () => t.watchers.delete(send));
  send();
}

function message(s, method, id, sub, body, ok) {
  if (sub === "events") return ok({ items: id === "q2" ? fixture.dataEvents : (s.turns.get(id)?.events ?? []) });
  for (const all of Object.values(s.messages)) {
    const at = all.findIndex((m) => m.id === id);
    if (at < 0) continue;
    if (sub === "rating") all[at].rating = body.value ? body : null;
    else if (method === "DELETE") all.splice(at, 1);
    else all[at].text = body.text;
  }
  return ok();
}

function folders(s, method, id, body, ok) {
  if (!id && method === "POST") { const f = { id: "f" + s.next++, name: body.name, instructions: body.instructions ?? "" }; s.folders.push(f); return ok(f); }
  if (!id) return ok({ items: s.folders });
  if (method === "DELETE") s.folders = s.folders.filter((f) => f.id !== id);
  else Object.assign(s.folders.find((f) => f.id === id) ?? {}, body);
  return ok();
}

function ledger(s, body) {
  const said = (s.messages[body.conversation] ?? []).map((m) => ({ kind: m.role === "user" ? "question" : "answer", label: m.text.slice(0, 60), tokens: Math.ceil(m.text.length / 2), fate: "kept", message: m.id }));
  if (said.length > 2) said[0].fate = "left_out";
  return { window: 4096, reserved: 1024, items: [{ kind: "instructions", label: "항상 존댓말로 짧게 답해 주세요.", tokens: 24, fate: "kept" }, ...said, { kind: "question", label: body.text, tokens: Math.ceil((body.text ?? "").length / 2), fate: "kept" }] };
}

function models(s, id, body, ok) {
  if (id === "pull") {
    if (body.model.startsWith("exaone") && !s.requests.some((r) => r.path === "/api/licence/accept")) throw refuse(403, "hub_licence", "먼저 라이선스에 동의해야 합니다.");
    s.pulls = [{ model: body.model, phase: "download", source: "huggingface.co", done: 600e6, total: 1.64e9, rate: 23e6, error: { code: "", text: "" } }];
    return ok();
  }
  if (id === "cancel") { s.pulls = []; return ok(); }
  if (id === "use") { s.current = body.model; return ok(); }
  return ok({ models: fixture.offers });
}

async function file(path, res) {
  const name = path === "/" ? "/index.html" : path;
  let content;
  try { content = await readFile(join(dist, name.replaceAll("..", ""))); } catch { throw refuse(404, "no_route", name); }
  res.writeHead(200, { "Content-Type": kinds[extname(name)] ?? "application/octet-stream", "Content-Security-Policy": policy, "Cache-Control": name.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache" });
  res.end(content);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const port = Number(process.env.PORT ?? 8790);
  mock({ begin: process.env.MOCK ?? "", speed: Number(process.env.SPEED ?? 25) }).server.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
}
