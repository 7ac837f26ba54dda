import { expect, test } from "vitest";
import { phaseText } from "../src/talk/message";

test("what goes on before the first word is said in words, also which mode was picked", () => {
  const texts: Record<string, string> = { talk_phase_pages: "문서를 읽고 있습니다", talk_phase_mode: "‘%s’ 모드로 답합니다", mode_summary: "요약" };
  const t = (name: string, ...params: (string | number)[]) => (texts[name] ?? name).replace("%s", String(params[0]));
  expect(["pages", "mode:summary", "mode:new", "new"].map((name) => phaseText(t, name))).toEqual(["문서를 읽고 있습니다", "‘요약’ 모드로 답합니다", "‘new’ 모드로 답합니다", "new"]);
});
