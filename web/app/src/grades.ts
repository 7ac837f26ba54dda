// How confidential things may be: what the grades are called, and up to which one may read.

import { api, type Grade } from "./api";
import { createStore, useStore } from "./store";
import { useLang } from "./text";

const grades = createStore<{ items: Grade[]; clearance: number }>({ items: [], clearance: 0 });

/** loadGrades asks what grades there are. Without them, none is shown. */
export async function loadGrades(): Promise<void> {
  await api.grades().then((g) => grades.set(g), () => {});
}

/** useGrades are the grades and one's clearance, with what each is called. */
export function useGrades(): { items: Grade[]; clearance: number; nameOf(grade: number): string } {
  const now = useStore(grades, (s) => s);
  const lang = useLang();
  return { ...now, nameOf: (n) => now.items.find((g) => g.grade === n)?.[lang] ?? String(n) };
}

export type Grades = ReturnType<typeof useGrades>;
