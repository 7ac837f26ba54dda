import { useEffect } from "react";
import { copyText } from "../copy";
import { useText } from "../text";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field } from "./field";

/** Once shows a secret that nobody can tell again, to be copied. */
export function Once({ label, value, detail }: { label: string; value: string; detail: string }) {
  const t = useText();
  return (
    <div className="once">
      <Field label={label} value={value} readOnly hint={detail} onFocus={(e) => e.target.select()} autoFocus className="input once-value" spellCheck={false} />
      <Button kind="main" icon="copy" onClick={() => void copyText(value)}>{t("copy")}</Button>
    </div>
  );
}

/** OnceDialog is Once in a dialog of its own. */
export function OnceDialog({ title, label, value, detail, onClose }: { title: string; label: string; value: string; detail: string; onClose(): void }) {
  const t = useText();
  // What opened it may be gone, as a form is that has been sent: the focus then goes to the page, not to nowhere.
  useEffect(() => () => { setTimeout(() => { if (document.activeElement === document.body) document.getElementById("main")?.focus(); }); }, []);
  return (
    <Dialog title={title} onClose={onClose} foot={<Button onClick={onClose}>{t("done")}</Button>}>
      <Once {...{ label, value, detail }} />
    </Dialog>
  );
}
