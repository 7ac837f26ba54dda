import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Message } from "../src/api";
import { Ending } from "../src/talk/message";
import { thread } from "../src/talk/thread";

const answer = (more: Partial<Message>): Message => ({ id: "a", parent: "q", role: "assistant", state: "done", text: "여기까지", mode: "chat", model: "m", created: 1, finish: "stop", ...more });
const offers = (more: Partial<Message>, last = true) => /class="ending"[\s\S]*?<span>continue<\/span>/.test(renderToStaticMarkup(<Ending m={answer(more)} finish={more.finish ?? "stop"} error={null} empty={false} last={last} />));

test("an answer that ended early offers to go on, if it is the last and none is being written", () => {
  expect([{ state: "stopped" } as const, { state: "interrupted" } as const, { finish: "length" }].map((m) => offers(m))).toEqual([true, true, true]);
  expect([offers({}), offers({ state: "failed" }), offers({ state: "stopped" }, false)]).toEqual([false, false, false]);
  thread.set({ writing: "b" });
  expect(offers({ state: "stopped" })).toBe(false);
  thread.set({ writing: "" });
});
