// Who is here, and what they may do.

import { api, type Session } from "./api";
import { look, type Density, type Size, type Theme } from "./look";
import { onSignedOut, Refused, told } from "./net";
import { createStore, useStore } from "./store";
import * as drafts from "./talk/drafts";
import { lang, speak } from "./text";

interface State { session: Session | null; error: string }

export const session = createStore<State>({ session: null, error: "" });
export const useSession = <S>(select: (s: Session | null) => S): S => useStore(session, (s) => select(s.session));
export const may = (action: string): boolean => session.get().session?.may.includes(action) ?? false;
export const useMay = (action: string): boolean => useSession((s) => s?.may.includes(action) ?? false);

/** loadSession asks who is here. */
export async function loadSession(): Promise<Session | null> {
  try {
    const now = await api.session();
    if (now.person && !drafts.belong(now.person.id)) {
      location.reload(); // what the one before has in sight is not for this one
      return null;
    }
    session.set({ session: now, error: "" });
    const root = document.documentElement, accent = now.branding?.accent ?? "";
    const own = /^#[0-9a-f]{6}$/i.test(accent); // tokens.css says what follows from a company's colour
    root.style.setProperty("--brand", own ? accent : null);
    root.dataset.brand = own ? "own" : "";
    return now;
  } catch (err) {
    session.set({ error: err instanceof Refused ? err.message : told(err) });
    return null;
  }
}

/** takeSettings brings the looks and language that a person chose on another device. */
export async function takeSettings(): Promise<void> {
  try {
    const s = await api.settings();
    look.set({
      ...(s.theme && { theme: s.theme.replace("contrast", "system") as Theme }),
      ...((s.contrast !== undefined || s.theme === "contrast") && { contrast: s.contrast ?? true }),
      ...(s.font_size && { size: s.font_size as Size }),
      ...(s.density && { density: s.density as Density }),
      ...(s.enter_sends !== undefined && { enterSends: s.enter_sends }),
    });
    if ((s.language === "ko" || s.language === "en") && s.language !== lang()) await speak(s.language);
  } catch {
    // The page works with what it has.
  }
}

onSignedOut(() => void loadSession());

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => {});
  drafts.part();
  try {
    localStorage.setItem("signed_out", String(Date.now()));
  } catch {
    // The other windows find out when they ask for something.
  }
  location.hash = "";
  location.reload();
}

// Whoever signs out in one window has left all of them.
addEventListener("storage", (e) => {
  if (e.key !== "signed_out") return;
  drafts.part();
  location.reload();
});
