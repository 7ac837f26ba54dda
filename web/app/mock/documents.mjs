// The documents of the mock server: files are read a page every while, so that one sees it go on.

const hour = 3_600_000;
const timers = new WeakMap(); // of the versions that are being read

/** shelf makes what there is at first; begin "empty" has nothing. */
export function shelf(begin) {
  const s = { collections: [], documents: [], next: 1, watchers: new Set(), glossary: [["재택근무", "원격근무", "WFH"], ["연차", "연차 유급휴가"]], slow: 40 };
  if (begin === "empty") return s;
  const folder = (name, parent = "", readers = [], mine = true) => { const c = { id: "k" + s.next++, name, parent, mine, readers }; s.collections.push(c); return c.id; };
  const rules = folder("사내 규정", "", ["t1"]), old = folder("2024년", rules, ["t1"]), sales = folder("영업 자료"), theirs = folder("전사 공유", "", [], false);
  const put = (name, collection, v, more = {}) => document(s, { name, collection, ...more }, v);
  put("취업규칙(2026 개정).hwp", rules, { pages: 42, size: 812e3 }, { grade: 1 });
  put("인사규정 전부개정 신구조문대비표.hwpx", rules, { pages: 31, gaps: 2, size: 240e3 });
  put("2024 안전보건관리규정.pdf", old, { pages: 320, size: 5.1e6, state: "waiting", done: 118, total: 320 });
  put("거래처 단가표.xlsx", sales, { pages: 6, size: 88e3, embedded: false });
  put("제안서 최종_진짜최종(3).pptx", sales, { pages: 24, size: 9.4e6 }, { inherits: false, readers: ["p2"], versions: 3 });
  put("암호 걸린 계약서.docx", "", { state: "failed", size: 61e3, error: { code: "document_password", message: "‘암호 걸린 계약서.docx’ 파일은 암호로 잠겨 있습니다. 암호를 입력하세요." } });
  put("회의록 2026-03-11.txt", "", { pages: 1, size: 4e3 });
  put("복지제도 안내.pdf", theirs, { pages: 12, size: 1.2e6 }, { mine: false });
  return s;
}

function document(s, d, v) {
  const id = "d" + s.next++, created = Date.now() - s.next * 7 * hour;
  const versions = Array.from({ length: d.versions ?? 1 }, (_, n) => ({ id: `${id}v${(d.versions ?? 1) - n}`, document: id, number: (d.versions ?? 1) - n, name: d.name, state: "read", has_reading: (v?.state ?? "read") === "read", done: 0, total: 0, pages: 0, gaps: 0, size: 0, created, format: d.name.split(".").pop(), ...v }));
  const all = { id, grade: 0, mine: true, inherits: !!d.collection, readers: [], conversation: "", created, updated: created, ...d, versions };
  s.documents.unshift(all);
  return all;
}

/** reading lets a version be read, a page at a time. A file whose name says so cannot be. */
function reading(s, v) {
  const wrong = /암호|fail/.test(v.name);
  v.state = "waiting";
  v.total = v.total || Math.max(3, Math.min(40, Math.round(v.size / 2000)));
  const step = () => {
    if (v.state !== "waiting") return;
    v.done++;
    if (wrong && v.done >= 2) Object.assign(v, { state: "failed", error: { code: "document_password", message: `‘${v.name}’ 파일은 암호로 잠겨 있습니다. 암호를 입력하세요.` } });
    else if (v.done >= v.total) Object.assign(v, { state: "read", has_reading: true, pages: v.total, embedded: true, error: null });
    else timers.set(v, setTimeout(step, s.slow));
    for (const fn of s.watchers) fn();
  };
  timers.set(v, setTimeout(step, s.slow));
}

const versionOf = (s, id) => s.documents.flatMap((d) => d.versions).find((v) => v.id === id);
const count = (s, id) => s.documents.filter((d) => d.collection === id).length;
const below = (s, id) => [id, ...s.collections.filter((c) => c.parent === id).flatMap((c) => below(s, c.id))];

/** multipart reads a form: its fields, and its file. */
export function multipart(raw, type) {
  const cut = "--" + /boundary=([^;]+)/.exec(type)[1];
  const out = { fields: {}, file: null };
  const text = raw.toString("latin1");
  for (const part of text.split(cut).slice(1, -1)) {
    const [head, ...rest] = part.replace(/^\r\n/, "").split("\r\n\r\n");
    const body = rest.join("\r\n\r\n").replace(/\r\n$/, ""), utf8 = (x) => Buffer.from(x, "latin1").toString("utf8");
    const name = /name="([^"]*)"/.exec(head)?.[1], file = /filename="([^"]*)"/.exec(head)?.[1];
    if (file !== undefined) out.file = { name: utf8(file), size: body.length };
    else out.fields[name] = utf8(body);
  }
  return out;
}

/** handle answers what is asked about documents, or returns false. */
export function handle(s, refuse, { method, what, id, sub, body, query, req, res }, ok) {
  switch (what) {
    case "documents": return documentsOf(s, refuse, { method, id, sub, body, query }, ok);
    case "collections": return collectionsOf(s, refuse, { method, id, body }, ok);
    case "versions": return versions(s, refuse, { method, id, sub, req, res }, ok);
    case "passages": return ok({ items: passages(s, body) });
    case "glossary": return ok({ groups: s.glossary });
    case "admin": if (id === "glossary") { s.glossary = body.groups; return ok({ groups: s.glossary }); } return false;
  }
  return false;
}

function documentsOf(s, refuse, { method, id, sub, body, query }, ok) {
  if (method === "POST" && !id) {
    if (/refuse/.test(body.file.name)) throw refuse(400, "document_unknown", `‘${body.file.name}’ 파일은 읽을 수 있는 형식이 아닙니다.`);
    const d = document(s, { name: body.file.name, collection: body.fields.collection ?? "", conversation: body.fields.conversation ?? "", created: Date.now(), updated: Date.now() }, { size: body.file.size, created: Date.now() });
    reading(s, d.versions[0]);
    return ok(d);
  }
  if (!id) {
    const from = s.documents.findIndex((d) => d.id === query.get("after")) + 1, conversation = query.get("conversation") ?? "";
    const all = s.documents.slice(from).filter((d) => d.conversation === conversation && (!query.get("collection") || d.collection === query.get("collection")));
    return ok({ items: all.slice(0, Number(query.get("limit") ?? 50)) });
  }
  const d = s.documents.find((x) => x.id === id);
  if (!d) throw refuse(404, "no_document", "그런 문서가 없습니다.");
  if (method === "DELETE") { s.documents = s.documents.filter((x) => x !== d); return ok(); }
  if (method === "PATCH") { Object.assign(d, body); return ok(d); }
  if (sub === "versions") {
    const v = { ...d.versions[0], id: `${d.id}v${d.versions.length + 1}`, number: d.versions.length + 1, done: 0, total: 0, created: Date.now() };
    d.versions.unshift(v);
    reading(s, v);
    return ok(v);
  }
  const v = d.versions[0], side = { pages: v.pages, tables: 4, cells: 118, images: 2, characters: v.pages * 830 };
  const gaps = v.gaps ? [{ what: "scan", page: 7, why: "no tesseract" }, { what: "cells", page: 12, in: 40, out: 38 }] : [];
  return ok({ ...d, versions: d.versions.map((x) => (x.state === "read" ? { ...x, manifest: { bytes: x.size, whole: gaps.length === 0, in: side, out: gaps.length ? { ...side, cells: 116 } : side, gaps } } : x)) });
}

function collectionsOf(s, refuse, { method, id, body }, ok) {
  const shown = (c) => ({ ...c, documents: count(s, c.id) });
  if (!id && method === "GET") return ok({ items: s.collections.map(shown) });
  if (!id) { const c = { id: "k" + s.next++, mine: true, readers: [], parent: "", ...body }; s.collections.push(c); return ok(shown(c)); }
  const c = s.collections.find((x) => x.id === id);
  if (!c) throw refuse(404, "no_collection", "그런 폴더가 없습니다.");
  if (method === "PATCH") Object.assign(c, body);
  if (method === "DELETE") {
    const gone = below(s, id);
    s.collections = s.collections.filter((x) => !gone.includes(x.id));
    s.documents = s.documents.filter((d) => !gone.includes(d.collection));
    return ok();
  }
  return ok(shown(c));
}

function versions(s, refuse, { method, id, sub, req, res }, ok) {
  const v = versionOf(s, id);
  if (!v) throw refuse(404, "no_document", "그런 문서가 없습니다.");
  if (sub === "reading") {
    clearTimeout(timers.get(v));
    if (method === "DELETE") v.state = "cancelled"; else { v.done = 0; v.name = v.name.replace(/fail/, "ok"); reading(s, v); }
    for (const fn of s.watchers) fn();
    return ok(v);
  }
  if (sub !== "events") return ok(v);
  res.writeHead(200, { "Content-Type": "text/event-stream" });
  const send = () => { res.write(`event: version\ndata: ${JSON.stringify(v)}\n\n`); if (v.state !== "waiting") { s.watchers.delete(send); res.end(); } };
  s.watchers.add(send);
  req.on("close", () => s.watchers.delete(send));
  send();
}

function passages(s, { query, scope }) {
  const only = scope?.startsWith("collection:") ? below(s, scope.slice(11)) : null;
  const texts = ["제15조(연차 유급휴가) ① 회사는 1년간 80퍼센트 이상 출근한 사원에게 15일의 유급휴가를 준다. ② 계속 근로 연수가 3년 이상이면 2년마다 1일을 더한다.", "직원은 부서장의 승인을 얻어 주 2회까지 재택근무를 할 수 있다. 재택근무일의 근무 시간은 사무실 근무와 같다.", "3분기 매출은 1조 2,400억 원으로 전년 같은 기간보다 8.3% 늘었다."];
  const found = s.documents.filter((d) => d.versions[0].state === "read" && (!only || only.includes(d.collection))).slice(0, 6);
  if (/없는/.test(query)) return [];
  return found.map((d, n) => {
    const text = texts[n % 3], word = query.trim().split(/\s+/).find((w) => text.includes(w)) ?? text.slice(0, 4), at = text.indexOf(word);
    return { document: d.id, version: d.versions[0].id, name: d.name, heading: "제3장 휴가와 휴직", text, marks: [[at, at + word.length]], page: 3 + n * 4, score: 1 / (n + 1), gaps: d.versions[0].gaps, hidden: false, place: { spans: [{ text: 12 + n, start: 0, end: 30, from: 0 }] } };
  });
}
