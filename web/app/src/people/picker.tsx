import { useEffect, useId, useState } from "react";
import { Icon } from "../parts/icon";
import { useText } from "../text";
import { fitting, loadDirectory, nameIn, useDirectory, type Named } from "./directory";

const shown = 200; // of a long list; whoever looks for more types

interface PickerProps { label: string; chosen: string[]; onChange(ids: string[]): void; kinds?: Named["kind"][]; but?: string[]; hint?: string }

/** Picker chooses people and teams by name. */
export function Picker({ label, chosen, onChange, kinds = ["person", "team"], but = [], hint }: PickerProps) {
  const t = useText();
  const all = useDirectory().filter((n) => kinds.includes(n.kind) && !but.includes(n.id));
  const [typed, setTyped] = useState("");
  const name = useId();
  useEffect(() => { void loadDirectory(true); }, []);
  const fit = fitting(all, typed);
  const gone = chosen.filter((id) => !all.some((n) => n.id === id)).map((id): Named => ({ id, kind: "person", name: nameIn(all, id) }));
  const listed = [...(typed ? [] : gone), ...fit].slice(0, shown);
  const flip = (id: string, on: boolean) => onChange(on ? [...chosen, id] : chosen.filter((x) => x !== id));
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <div className="picker-box">
        <input id={name} className="pick-find" type="search" value={typed} onChange={(e) => setTyped(e.target.value)} placeholder={t("pick_find")} autoComplete="off" />
        <div className="pick-list" role="group" aria-label={label}>
          {listed.map((n) => (
            <label key={n.id}>
              <input type="checkbox" checked={chosen.includes(n.id)} onChange={(e) => flip(n.id, e.target.checked)} />
              <Icon name={n.kind === "team" ? "people" : "user"} size={16} />
              <span className="cut">{n.name}</span>
            </label>
          ))}
          {listed.length === 0 && <p>{t("pick_nobody")}</p>}
        </div>
        <div className="pick-count" aria-live="polite">{t("pick_count", chosen.length)}</div>
      </div>
      {hint && <div className="field-hint">{hint}</div>}
    </div>
  );
}
