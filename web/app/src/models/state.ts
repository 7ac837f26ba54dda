// Which model answers, which others there are, and those on their way.

import { api, type Offer, type Status } from "../api";
import { Refused, told } from "../net";
import { createStore, useStore } from "../store";

interface Models {
  status: Status | null;
  offers: Offer[];
  trouble: string; // why the server does not say how things stand
  refusal: string; // why something that was asked for did not happen
  licence: string; // the model whose licence is to be accepted
}

export const models = createStore<Models>({ status: null, offers: [], trouble: "", refusal: "", licence: "" });
export const useModels = <S>(select: (m: Models) => S): S => useStore(models, select);
export const titleOf = (model: string): string => models.get().offers.find((o) => o.model === model)?.title ?? model;

let timer = 0;

/** watchModels asks how things stand and comes back: often while something is on its way. */
export async function watchModels(): Promise<void> {
  clearTimeout(timer);
  try {
    const before = models.get();
    const status = await api.status();
    const moved = before.status?.pulls.map((p) => p.model).join() !== status.pulls.map((p) => p.model).join() || before.status?.model !== status.model;
    models.set({ status, trouble: "" });
    if (moved || before.offers.length === 0) await loadOffers();
  } catch (err) {
    models.set({ trouble: told(err) });
  }
  const { status, trouble } = models.get();
  const busy = status?.state !== "ready" || status.pulls.some((p) => p.phase !== "failed");
  timer = window.setTimeout(() => void watchModels(), document.hidden ? 15_000 : trouble ? 3000 : busy ? 700 : 8000);
}

export function startModels(): void {
  void watchModels();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void watchModels(); });
}

export async function loadOffers(): Promise<void> {
  models.set({ offers: (await api.models()).models });
}

/** act does something with a model and looks how things stand then. */
export async function act(what: (model: string) => Promise<unknown>, model: string): Promise<boolean> {
  models.set({ refusal: "" });
  try {
    await what(model);
    await watchModels();
    return true;
  } catch (err) {
    models.set({ refusal: told(err) });
    return false;
  }
}

/** bring brings a model, after its licence if it has one to accept. */
export async function bring(model: string): Promise<void> {
  models.set({ refusal: "" });
  try {
    await api.pull(model);
    await watchModels();
  } catch (err) {
    if (err instanceof Refused && err.code === "hub_licence") models.set({ licence: model });
    else models.set({ refusal: told(err) });
  }
}
