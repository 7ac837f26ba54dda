// Questions that stand in the way until they are answered: "delete this?", "what should it be called?".

import { useState } from "react";
import { createStore, useStore } from "../store";
import { useText } from "../text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field } from "./field";

interface Question { title: string; detail?: string; yes: string; danger?: boolean; field?: { label: string; value: string } }
type Asked = Question & { answer(value: string | null): void };

const asked = createStore<{ now: Asked | null }>({ now: null });

/** confirm asks and resolves to whether the answer was yes. */
export const confirm = (q: Omit<Question, "field">): Promise<boolean> =>
  new Promise((resolve) => asked.set({ now: { ...q, answer: (v) => resolve(v !== null) } }));

/** askText asks for a line and resolves to it, or to null. */
export const askText = (q: Question & { field: { label: string; value: string } }): Promise<string | null> =>
  new Promise((resolve) => asked.set({ now: { ...q, answer: resolve } }));

export function Asking() {
  const now = useStore(asked, (s) => s.now);
  return now && <Standing key={now.title} q={now} />;
}

function Standing({ q }: { q: Asked }) {
  const t = useText();
  const [value, setValue] = useState(q.field?.value ?? "");
  const end = (answer: string | null) => { asked.set({ now: null }); q.answer(answer); };
  const ready = !q.field || value.trim() !== "";
  return (
    <Dialog title={q.title} detail={q.detail} onClose={() => end(null)} foot={<>
      <Button onClick={() => end(null)} autoFocus={!q.field}>{t("cancel")}</Button>
      <Button kind={q.danger ? "danger" : "main"} disabled={!ready} onClick={() => end(value.trim())}>{q.yes}</Button>
    </>}>
      {q.field && (
        <form onSubmit={(e) => { e.preventDefault(); if (ready) end(value.trim()); }}>
          <Field label={q.field.label} value={value} onChange={(e) => setValue(e.target.value)} autoFocus onFocus={(e) => e.target.select()} />
        </form>
      )}
    </Dialog>
  );
}
