import { renderToStaticMarkup } from "react-dom/server";
import { expect, test, vi } from "vitest";
import type { Message } from "../src/api";
import { Ending } from "../src/talk/message";

const { done, press } = vi.hoisted(() => ({ done: [] as string[], press: [] as (() => void)[] }));

vi.mock("../src/parts/button", async (real) => ({ ...await real<object>(), Button: ({ onClick }: { onClick(): void }) => { press.push(onClick); return null; } }));
vi.mock("../src/talk/thread", async (real) => ({ ...await real<object>(), goOn: async (m: Message) => { done.push("go on " + m.id); return true; } }));

test("what goes on with an answer leaves the focus where the next question is typed", () => {
  vi.stubGlobal("document", { ...document, getElementById: (id: string) => ({ focus: () => done.push("focus " + id) }) });
  const m: Message = { id: "a", parent: "q", role: "assistant", state: "stopped", text: "여기까지", mode: "chat", model: "m", created: 1 };
  renderToStaticMarkup(<Ending m={m} finish="" error={null} empty={false} last />);
  expect(press).toHaveLength(1);
  press[0]!();
  expect(done).toEqual(["focus composer-input", "go on a"]);
});
