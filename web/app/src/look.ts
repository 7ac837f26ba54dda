// How the page looks: what a person chose, kept here for the first paint and with the server for other devices.

import { createStore, useStore } from "./store";

export type Theme = "system" | "light" | "dark";
export type Size = "small" | "medium" | "large" | "larger";
export type Density = "comfortable" | "compact";
export interface Look { theme: Theme; contrast: boolean; size: Size; density: Density; enterSends: boolean }

const first: Look = { theme: "system", contrast: false, size: "medium", density: "comfortable", enterSends: true };

function kept(): Look {
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem("look") ?? "{}") as Partial<Look>) };
  } catch {
    return first;
  }
}

export const look = createStore<Look>(kept());
export const useLook = <S>(select: (l: Look) => S): S => useStore(look, select);

const dark = matchMedia("(prefers-color-scheme: dark)");
const contrast = matchMedia("(prefers-contrast: more)");

/** drawnDark is whether the page is dark now, for what draws by itself. */
export const drawnDark = createStore<{ dark: boolean }>({ dark: false });

function apply(): void {
  const now = look.get();
  const root = document.documentElement.dataset;
  root.theme = now.theme === "system" ? (dark.matches ? "dark" : "light") : now.theme;
  drawnDark.set({ dark: root.theme === "dark" });
  root.contrast = now.contrast || contrast.matches ? "more" : "";
  root.size = now.size;
  root.density = now.density;
}

export function startLook(): void {
  apply();
  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
  look.subscribe(() => {
    localStorage.setItem("look", JSON.stringify(look.get()));
    apply();
  });
}
