// What of the frame is open.

import { createStore, useStore } from "../store";

interface Shell {
  side: boolean; // the sidebar; over the page where that is narrow
  narrow: boolean;
  palette: boolean;
  keys: boolean; // the list of shortcuts
  selecting: boolean; // conversations in the sidebar are being chosen
  selected: string[];
}

const narrow = matchMedia("(max-width: 760px)");

export const shell = createStore<Shell>({
  side: !narrow.matches && localStorage.getItem("side") !== "closed", narrow: narrow.matches, palette: false, keys: false, selecting: false, selected: [],
});
export const useShell = <S>(select: (s: Shell) => S): S => useStore(shell, select);

narrow.addEventListener("change", () => shell.set({ narrow: narrow.matches, side: !narrow.matches }));

export function toggleSide(): void {
  shell.set((s) => ({ side: !s.side }));
  if (!narrow.matches) localStorage.setItem("side", shell.get().side ? "open" : "closed");
}

/** closeSide closes the sidebar where it lies over the page. */
export const closeSide = (): void => { if (shell.get().narrow) shell.set({ side: false }); };
