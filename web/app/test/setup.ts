// The little of a browser that the tested modules touch when they are loaded.

import { vi } from "vitest";

const kept = new Map<string, string>();
vi.stubGlobal("window", globalThis);
vi.stubGlobal("location", { hash: "", origin: "http://mock", pathname: "/" });
vi.stubGlobal("addEventListener", () => {});
vi.stubGlobal("removeEventListener", () => {});
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {} }));
vi.stubGlobal("localStorage", { get length() { return kept.size; }, key: (n: number) => [...kept.keys()][n] ?? null, getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v), removeItem: (k: string) => void kept.delete(k) });
vi.stubGlobal("navigator", { language: "ko-KR", platform: "Linux" });
vi.stubGlobal("document", { addEventListener() {}, removeEventListener() {}, documentElement: { dataset: {}, lang: "" }, hidden: false });
