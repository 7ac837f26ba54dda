// What is fetched when something is shown, and again when it has changed.

import { useCallback, useEffect, useState, type ReactNode } from "react";
import { told } from "./net";
import { Skeleton, Trouble } from "./parts/plain";

export interface Load<T> { value: T | null; error: string; again(): void; set(value: T): void }

/** useLoad fetches once and whenever key changes. again fetches anew and keeps what is shown until that is here. */
export function useLoad<T>(fetch: () => Promise<T>, key: string = ""): Load<T> {
  const [state, setState] = useState<{ value: T | null; error: string; key: string }>({ value: null, error: "", key });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    fetch().then(
      (value) => { if (!gone) setState({ value, error: "", key }); },
      (err: unknown) => { if (!gone) setState((s) => ({ value: s.key === key ? s.value : null, error: told(err), key })); },
    );
    return () => { gone = true; };
    // fetch is another function each time; key says when it asks for something else.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const set = useCallback((value: T) => setState({ value, error: "", key }), [key]);
  return { value: state.value, error: state.error, again, set };
}

/** Loaded shows what has come, its place while it has not, or why it does not. */
export function Loaded<T>({ of, lines = 5, children }: { of: Load<T>; lines?: number; children(value: T): ReactNode }) {
  if (of.error) return <Trouble text={of.error} again={of.again} />;
  return of.value === null ? <Skeleton lines={lines} /> : children(of.value);
}
