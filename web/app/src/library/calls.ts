import { api, type Page, type Prompt } from "../api";
import { ask } from "../net";
import { originOf, type Job, type Kept } from "./library";

export type PromptSpec = Pick<Prompt, "name" | "title" | "text"> & { job: string; audience: string };

const id = encodeURIComponent;

export const library = {
  make: (p: PromptSpec) => ask<Prompt>("POST", "/api/prompts", p),
  change: (prompt: string, p: Partial<PromptSpec>) => ask<Prompt>("PATCH", `/api/prompts/${id(prompt)}`, p),
  remove: (prompt: string) => ask<unknown>("DELETE", `/api/prompts/${id(prompt)}`),
  /** all are one's own, those of others, and those of the program, with the families they are of. */
  all: async (): Promise<{ prompts: Kept[]; jobs: Job[] }> => {
    const [own, ours] = await Promise.all([api.prompts(), ask<Page<Prompt> & { jobs: Job[] }>("GET", "/api/prompts/builtin")]);
    return { jobs: ours.jobs, prompts: [...own.items.map((p): Kept => ({ ...p, origin: originOf(p) })), ...ours.items.map((p): Kept => ({ ...p, origin: "ours" }))] };
  },
};
