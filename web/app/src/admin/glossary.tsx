import { useEffect, useMemo, useRef, useState } from "react";
import { Loaded, useLoad } from "../load";
import { told } from "../net";
import { Button, IconButton } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, TextField } from "../parts/field";
import { EmptyState, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { count, useText } from "../text";
import { admin } from "./calls";
import { bounds, groupsOf, lineOf, linesOf, wrongWith, type Group } from "./words";

const inSight = 200; // rows; whoever looks for others types

/** GlossaryPart keeps the words that mean the same in this house: a search for one finds the others. */
export function GlossaryPart() {
  const t = useText();
  const all = useLoad(admin.glossary);
  return (
    <section className="stack">
      <p className="quiet small">{t("glossary_detail")}</p>
      <Loaded of={all}>{({ groups }) => <Editor key={JSON.stringify(groups)} kept={groups} onSaved={all.set} />}</Loaded>
    </section>
  );
}

function Editor({ kept, onSaved }: { kept: string[][]; onSaved(g: { groups: string[][] }): void }) {
  const t = useText();
  const next = useRef(0);
  const list = useRef<HTMLOListElement>(null);
  const group = (text: string): Group => ({ id: next.current++, text });
  const [rows, setRows] = useState<Group[]>(() => kept.map((g) => group(lineOf(g))));
  const [typed, setTyped] = useState("");
  const [pasting, setPasting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const changed = useMemo(() => JSON.stringify(groupsOf(rows)) !== JSON.stringify(kept), [rows, kept]);
  const wrong = rows.filter((r) => wrongWith(r.text) !== "").length;
  const tooMany = rows.length > bounds.groups;
  useEffect(() => {
    if (!changed) return;
    const warn = (e: BeforeUnloadEvent) => e.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [changed]);
  const wanted = typed.normalize("NFC").trim().toLowerCase();
  const fit = rows.filter((r) => wanted === "" || r.text.toLowerCase().includes(wanted));
  const add = (texts: string[]) => {
    setTyped("");
    setRows((s) => [...texts.map(group), ...s]);
    requestAnimationFrame(() => list.current?.querySelector("input")?.focus());
  };
  const save = async () => {
    setBusy(true);
    setError("");
    try {
      onSaved(await admin.setGlossary(groupsOf(rows)));
      toast(t("saved"));
    } catch (err) { setError(told(err)); }
    setBusy(false);
  };
  return (
    <>
      <div className="head-row">
        <div className="grow"><Field label={t("glossary_find")} type="search" value={typed} onChange={(e) => setTyped(e.target.value)} /></div>
        <Button icon="copy" onClick={() => setPasting(true)}>{t("glossary_paste")}</Button>
        <Button icon="add" onClick={() => add([""])}>{t("glossary_add")}</Button>
      </div>
      {rows.length === 0 ? <EmptyState icon="book" title={t("glossary_empty")} detail={t("glossary_empty_detail")} /> : (
        <ol ref={list} className="words" aria-label={t("ad_glossary")}>
          {fit.slice(0, inSight).map((r, n) => {
            const bad = wrongWith(r.text);
            return (
              <li key={r.id}>
                <div className="grow">
                  <input className="input" value={r.text} aria-label={t("glossary_group", n + 1)} aria-invalid={bad ? true : undefined} placeholder={t("glossary_example")} spellCheck={false}
                    onChange={(e) => setRows(rows.map((x) => (x.id === r.id ? { ...x, text: e.target.value } : x)))} />
                  {bad && <div className="field-error">{t(bad)}</div>}
                </div>
                <IconButton icon="trash" label={t("glossary_remove", r.text || String(n + 1))} onClick={() => setRows(rows.filter((x) => x.id !== r.id))} />
              </li>
            );
          })}
        </ol>
      )}
      {fit.length > inSight && <p className="quiet small">{t("glossary_more", count(fit.length - inSight))}</p>}
      {tooMany && <Trouble text={t("glossary_too_many", count(bounds.groups))} />}
      {error && <Trouble text={error} />}
      <div className="head-row"><span className="grow quiet small num">{t("glossary_count", count(groupsOf(rows).length))}</span>
        {changed && <Button kind="quiet" icon="undo" onClick={() => setRows(kept.map((g) => group(lineOf(g))))}>{t("glossary_undo")}</Button>}
        <Button kind="main" busy={busy} disabled={!changed || wrong > 0 || tooMany} onClick={() => void save()}>{t("save")}</Button></div>
      {pasting && <Paste onClose={() => setPasting(false)} onDone={(lines) => { setPasting(false); add(lines); }} />}
    </>
  );
}

/** Paste takes many groups at once, as they come out of a table or a text. */
function Paste({ onClose, onDone }: { onClose(): void; onDone(lines: string[]): void }) {
  const t = useText();
  const [text, setText] = useState("");
  const lines = linesOf(text);
  return (
    <Dialog wide title={t("glossary_paste")} detail={t("glossary_paste_detail")} onClose={onClose}
      foot={<><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" disabled={lines.length === 0} onClick={() => onDone(lines)}>{t("glossary_paste_add", count(lines.length))}</Button></>}>
      <TextField label={t("glossary_paste_lines")} rows={10} value={text} onChange={(e) => setText(e.target.value)} placeholder={"재택근무\t원격근무\tWFH\n연차\t연차 유급휴가"} spellCheck={false} />
    </Dialog>
  );
}
