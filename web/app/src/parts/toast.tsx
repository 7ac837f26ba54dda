import { announce } from "../announce";
import { createStore, useStore } from "../store";
import { useText } from "../text";
import { IconButton } from "./button";
import { Icon } from "./icon";

interface Toast { id: number; text: string; kind: "info" | "bad"; act?: { text: string; run(): void } }

const toasts = createStore<{ all: Toast[] }>({ all: [] });
let next = 1;

/** toast says something that needs no answer, for a while. What went wrong stays twice as long. */
export function toast(text: string, kind: Toast["kind"] = "info", act?: Toast["act"]): void {
  const id = next++;
  toasts.set((s) => ({ all: [...s.all.slice(-2), { id, text, kind, act }] }));
  announce(text);
  setTimeout(() => dismiss(id), kind === "bad" || act ? 9000 : 3500);
}

const dismiss = (id: number) => toasts.set((s) => ({ all: s.all.filter((one) => one.id !== id) }));

export function Toasts() {
  const t = useText();
  const all = useStore(toasts, (s) => s.all);
  return (
    <div className="toasts">
      {all.map((one) => (
        <div key={one.id} className={"toast " + one.kind}>
          <Icon name={one.kind === "bad" ? "warn" : "check"} size={18} />
          <span className="grow">{one.text}</span>
          {one.act && <button type="button" className="link-button" onClick={() => { one.act?.run(); dismiss(one.id); }}>{one.act.text}</button>}
          <IconButton icon="close" small label={t("close")} onClick={() => dismiss(one.id)} />
        </div>
      ))}
    </div>
  );
}
