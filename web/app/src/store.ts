import { useSyncExternalStore } from "react";

/** Store holds one value that parts of the page look at. */
export interface Store<T> {
  get(): T;
  set(change: Partial<T> | ((now: T) => Partial<T>)): void;
  subscribe(fn: () => void): () => void;
}

/** createStore makes a store of an object; a change replaces the members it names. */
export function createStore<T extends object>(first: T): Store<T> {
  let now = first;
  const watchers = new Set<() => void>();
  return {
    get: () => now,
    set(change) {
      const part = typeof change === "function" ? change(now) : change;
      if (Object.entries(part).every(([name, value]) => Object.is(now[name as keyof T], value))) return;
      now = { ...now, ...part };
      for (const fn of [...watchers]) fn();
    },
    subscribe(fn) {
      watchers.add(fn);
      return () => watchers.delete(fn);
    },
  };
}

/** useStore draws again when what select picks has changed. select must not build a new object each time. */
export function useStore<T, S>(store: Store<T>, select: (state: T) => S): S {
  const now = () => select(store.get());
  return useSyncExternalStore(store.subscribe, now, now);
}
