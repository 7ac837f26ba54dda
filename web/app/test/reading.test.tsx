import { renderToStaticMarkup } from "react-dom/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Doc, Version } from "../src/documents/calls";
import { VersionList } from "../src/documents/details";
import { DocName } from "../src/documents/row";

const openVersion = vi.hoisted(() => vi.fn());
vi.mock("../src/reading/state", async (real) => ({ ...(await real<object>()), openVersion }));

const version = (state: Version["state"], has_reading = false): Version =>
  ({ id: "v", document: "d", number: 1, name: "규정.md", size: 9, state, has_reading, done: 0, total: 0, pages: 0, gaps: 0, created: "2026-03-05T00:00:00Z" });
const doc = (v: Version): Doc => ({ id: "d", name: "규정.md", grade: 0, mine: true, created: v.created, updated: v.created, versions: [v] });

describe("a document", () => {
  const details = vi.fn();
  const press = (v: Version | undefined) => {
    (DocName({ v, name: "규정.md", onDetails: details }).props as { onClick(): void }).onClick();
    return [openVersion.mock.calls.length, details.mock.calls.length];
  };
  const opens = (v: Version) => renderToStaticMarkup(<VersionList d={doc(v)} onClose={() => {}} />).includes("doc_open_version");
  beforeEach(() => { openVersion.mockClear(); details.mockClear(); });

  test("of which there is half is opened while it is read again", () => {
    const again = version("waiting", true);
    expect(press(again)).toEqual([1, 0]);
    expect(openVersion).toHaveBeenCalledWith("v", "규정.md");
    expect(opens(again)).toBe(true);
  });
  test("that has been read is opened", () => {
    expect(press(version("read", true))).toEqual([1, 0]);
    expect(opens(version("read", true))).toBe(true);
  });
  test("of which there is nothing yet says what is known of it", () => {
    for (const v of [version("waiting"), version("failed"), version("cancelled")]) expect(opens(v)).toBe(false);
    for (const [n, v] of [undefined, version("waiting"), version("failed")].entries()) expect(press(v)).toEqual([0, n + 1]);
  });
});
