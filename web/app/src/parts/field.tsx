import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";

interface Labelled { label: string; hint?: ReactNode; error?: string }

function Frame({ name, label, hint, error, children }: Labelled & { name: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      {children}
      {hint && <div className="field-hint" id={name + "-hint"}>{hint}</div>}
      {error && <div className="field-error" id={name + "-error"} role="alert">{error}</div>}
    </div>
  );
}

const described = (name: string, hint: ReactNode, error?: string) =>
  [hint ? name + "-hint" : "", error ? name + "-error" : ""].filter(Boolean).join(" ") || undefined;

/** Field is a line of text with its label, a hint below, and what is wrong with it. */
export function Field({ label, hint, error, ...rest }: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const name = useId();
  return (
    <Frame {...{ name, label, hint, error }}>
      <input id={name} className="input" {...rest} aria-invalid={error ? true : undefined} aria-describedby={described(name, hint, error)} />
    </Frame>
  );
}

export function TextField({ label, hint, error, ...rest }: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const name = useId();
  return (
    <Frame {...{ name, label, hint, error }}>
      <textarea id={name} className="input" rows={4} {...rest} aria-invalid={error ? true : undefined} aria-describedby={described(name, hint, error)} />
    </Frame>
  );
}

export function Select({ label, hint, error, options, ...rest }: Labelled & SelectHTMLAttributes<HTMLSelectElement> & { options: [value: string, text: string][] }) {
  const name = useId();
  return (
    <Frame {...{ name, label, hint, error }}>
      <select id={name} className="input" {...rest} aria-describedby={described(name, hint, error)}>
        {options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </Frame>
  );
}

export interface SwitchProps { label: string; detail?: string; on: boolean; disabled?: boolean; onChange(on: boolean): void }

/** Switch turns something on and off at once. */
export function Switch({ label, detail, on, disabled, onChange }: SwitchProps) {
  const name = useId();
  return (
    <div className="switch-row">
      <div className="grow">
        <div id={name}>{label}</div>
        {detail && <div className="field-hint">{detail}</div>}
      </div>
      <button type="button" role="switch" aria-checked={on} aria-labelledby={name} disabled={disabled} className="switch" onClick={() => onChange(!on)}><span /></button>
    </div>
  );
}

/** Choice is one of a few, all to be seen. */
export function Choice<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: [value: T, text: string][]; onChange(value: T): void }) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend>{label}</legend>
      <div className="choice-row">
        {options.map(([v, text]) => (
          <label key={v} className={v === value ? "on" : ""}>
            <input type="radio" name={name} value={v} checked={v === value} onChange={() => onChange(v)} /><span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
