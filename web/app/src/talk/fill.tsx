import { useState } from "react";
import type { Prompt } from "../api";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Select, TextField } from "../parts/field";
import { useText } from "../text";
import { filled, standsAlone, variables } from "./suggest";

/** FillPrompt asks for what a prompt leaves open. */
export function FillPrompt({ prompt, onClose, onDone }: { prompt: Prompt; onClose(): void; onDone(text: string): void }) {
  const t = useText();
  const open = variables(prompt.text);
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(open.map((v) => [v.name, v.choices[0] ?? ""])));
  const put = (name: string) => (e: { target: { value: string } }) => setValues((s) => ({ ...s, [name]: e.target.value }));
  return (
    <Dialog title={prompt.title} detail={t("fill_detail")} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); onDone(filled(prompt.text, values)); }}>
        {open.map((v, n) => v.choices.length > 0
          ? <Select key={v.name} label={v.name} value={values[v.name]} onChange={put(v.name)} options={v.choices.map((c) => [c, c])} />
          : standsAlone(prompt.text, v.name) ? <TextField key={v.name} label={v.name} rows={5} value={values[v.name]} onChange={put(v.name)} autoFocus={n === 0} />
          : <Field key={v.name} label={v.name} value={values[v.name]} onChange={put(v.name)} autoFocus={n === 0} />)}
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button kind="main" type="submit">{t("fill_done")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
