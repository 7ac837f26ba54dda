import { useId, useRef, useState } from "react";
import { loadLists } from "../lists";
import { ask, told } from "../net";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { count, useText } from "../text";
import { leftOut, looksRight, programOf, type Brought } from "./summary";

function sendFile(file: File, dry: boolean): Promise<Brought> {
  const form = new FormData();
  form.append("dry_run", String(dry)); // before the file: the server reads in order
  form.append("file", file);
  return ask<Brought>("POST", "/api/import", form);
}

/** Import brings conversations from another program: first it says what would come, then it brings all of it or nothing. */
export function Import() {
  const t = useText();
  const [file, setFile] = useState<File | null>(null);
  const [found, setFound] = useState<Brought | null>(null);
  const [state, setState] = useState<"" | "looking" | "bringing">("");
  const [error, setError] = useState("");
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const name = useId();
  const look = async (chosen: File | undefined) => {
    setOver(false);
    if (!chosen) return;
    setFile(chosen);
    setFound(null);
    const wrong = looksRight(chosen.name, chosen.size);
    if (wrong) { setError(t(wrong)); return; }
    setError("");
    setState("looking");
    try { setFound(await sendFile(chosen, true)); } catch (err) { setError(told(err)); }
    setState("");
  };
  const bring = async () => {
    if (!file) return;
    setState("bringing");
    try {
      const got = await sendFile(file, false);
      toast(t("import_done", count(got.conversations)));
      setFile(null);
      setFound(null);
      void loadLists();
    } catch (err) { setError(told(err)); }
    setState("");
  };
  return (
    <div className="stack">
      <p className="quiet small" id={name}>{t("import_detail")}</p>
      <div className={"drop" + (over ? " over" : "")} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(e) => { e.preventDefault(); void look(e.dataTransfer.files[0]); }}>
        <Icon name="down" size={24} />
        <span>{state === "looking" ? t("import_looking", file?.name ?? "") : file ? file.name : t("import_drop")}</span>
        <input ref={input} type="file" accept=".json,.zip,application/json,application/zip" hidden onChange={(e) => { void look(e.target.files?.[0]); e.target.value = ""; }} />
        <Button busy={state === "looking"} aria-describedby={name} onClick={() => input.current?.click()}>{t(file ? "import_other" : "import_choose")}</Button>
      </div>
      {error && <Trouble text={error} />}
      {found && <Found found={found} busy={state === "bringing"} onBring={() => void bring()} />}
    </div>
  );
}

function Found({ found, busy, onBring }: { found: Brought; busy: boolean; onBring(): void }) {
  const t = useText();
  const left = leftOut(found.skipped);
  return (
    <div className="card-box" role="status">
      <h3>{t("import_found", programOf(found.format))}</h3>
      <dl className="facts">
        <div><dt>{t("import_conversations")}</dt><dd>{count(found.conversations)}</dd></div>
        <div><dt>{t("import_messages")}</dt><dd>{count(found.messages)}</dd></div>
      </dl>
      {left.shown.length === 0 ? <p className="quiet small">{t("import_nothing_left")}</p> : (
        <div className="stack"><strong className="small">{t("import_left")}</strong>
          <ul className="plain-list">{left.shown.map((l) => <li key={l.code + l.name}><Icon name="info" size={16} /><span>{l.text}</span></li>)}</ul>
          {left.more > 0 && <p className="quiet small num">{t("import_left_more", count(left.more))}</p>}
        </div>
      )}
      <div><Button kind="main" icon="down" busy={busy} disabled={found.conversations === 0} onClick={onBring}>{t("import_bring", count(found.conversations))}</Button></div>
    </div>
  );
}
