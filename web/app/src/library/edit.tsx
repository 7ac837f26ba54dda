import { useState } from "react";
import { told } from "../net";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Select, TextField } from "../parts/field";
import { Tag, Trouble } from "../parts/plain";
import { toast } from "../parts/toast";
import { useMay, useSession } from "../session";
import { useText } from "../text";
import { library } from "./calls";
import { mistakes, shortName, variables, type Job, type Kept } from "./library";

/** EditPrompt writes a new prompt, or changes one. */
export function EditPrompt({ prompt, jobs, onClose, onDone }: { prompt: Kept | null; jobs: Job[]; onClose(): void; onDone(): void }) {
  const t = useText();
  const teams = useSession((s) => s?.person?.teams) ?? [];
  const publishes = useMay("prompts.publish");
  const announces = useMay("announce");
  const [title, setTitle] = useState(prompt?.title ?? "");
  const [name, setName] = useState(prompt?.name ?? "");
  const [text, setText] = useState(prompt?.text ?? "");
  const [job, setJob] = useState(prompt?.job ?? "");
  const [audience, setAudience] = useState(prompt?.audience ?? "");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const typed = name || shortName(title);
  const wrong = mistakes(text);
  const open = variables(text);
  const ready = title.trim() !== "" && typed !== "" && text.trim() !== "" && wrong === "";
  const save = async () => {
    setBusy(true);
    const spec = { name: typed, title: title.trim(), text, job, audience };
    try {
      await (prompt ? library.change(prompt.id, spec) : library.make(spec));
      toast(t("saved"));
      onDone();
    } catch (err) { setError(told(err)); setBusy(false); }
  };
  const readers: [string, string][] = [["", t("lib_only_me")], ...(publishes ? teams.map((x): [string, string] => [x.id, x.name]) : []), ...(announces ? [["*", t("share_everybody")] as [string, string]] : [])];
  if (audience && !readers.some(([id]) => id === audience)) readers.push([audience, t("lib_for_team")]);
  return (
    <Dialog wide title={t(prompt ? "lib_edit" : "lib_new")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (ready) void save(); }}>
        <div className="two">
          <Field label={t("lib_title")} value={title} onChange={(e) => setTitle(e.target.value)} maxLength={80} autoFocus required />
          <Field label={t("lib_name")} hint={t("lib_name_hint", typed || "…")} value={name} placeholder={shortName(title)} onChange={(e) => setName(e.target.value.replace(/[\s/]/g, "-"))} maxLength={20} spellCheck={false} />
        </div>
        <TextField label={t("lib_text")} hint={t("lib_text_hint")} rows={9} value={text} onChange={(e) => setText(e.target.value)} error={wrong ? t(wrong) : undefined} />
        {open.length > 0 && <div className="tags"><span className="quiet small">{t("lib_asks")}</span>{open.map((v) => <Tag key={v.name} kind="accent">{v.name}{v.choices.length > 0 && `: ${v.choices.join(" / ")}`}</Tag>)}</div>}
        <div className="two">
          <Select label={t("lib_job")} value={job} onChange={(e) => setJob(e.target.value)} options={[["", t("job_none")], ...jobs.map((j): [string, string] => [j.id, j.name])]} />
          <Select label={t("lib_audience")} value={audience} onChange={(e) => setAudience(e.target.value)} options={readers} />
        </div>
        {error && <Trouble text={error} />}
        <div className="dialog-foot"><Button onClick={onClose}>{t("cancel")}</Button><Button kind="main" type="submit" busy={busy} disabled={!ready}>{t("save")}</Button></div>
      </form>
    </Dialog>
  );
}
