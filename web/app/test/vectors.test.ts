import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { documents, type Version } from "../src/documents/calls";
import { vectorsEvery, watchVectors } from "../src/documents/vectors";

const version = (id: string, more: Partial<Version>): Version =>
  ({ id, document: "d", number: 1, name: "a", size: 1, state: "read", done: 0, total: 0, pages: 1, gaps: 0, created: "2026-11-30T00:00:00Z", passages: 100, ...more });

describe("watchVectors", () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

  it("asks about few at a time, all in turn, and about one that is on its way each time, until it is there", async () => {
    let asked: string[] = [];
    let vectors = 0;
    vi.spyOn(documents, "version").mockImplementation((id) => {
      asked.push(id);
      return Promise.resolve(version(id, id === "v4" && vectors > 0 ? (vectors >= 100 ? { embedded: true } : { embedded: false, vectors }) : { embedded: false }));
    });
    const seen: (number | undefined)[] = [];
    const ends = ["v0", "v1", "v2", "v3", "v4", "v5"].map((id) => watchVectors(id, (v) => { if (id === "v4") seen.push(v.embedded ? 100 : v.vectors); }));
    const look = async () => { asked = []; await vi.advanceTimersByTimeAsync(vectorsEvery); return asked; };
    expect(await look()).toEqual(["v0", "v1", "v2"]);
    vectors = 40;
    expect(await look()).toEqual(["v3", "v4", "v5"]);
    expect(await look()).toEqual(["v4", "v0", "v1", "v2"]);
    vectors = 100;
    expect(await look()).toContain("v4");
    expect(seen).toEqual([40, 40, 100]);
    for (let n = 0; n < 3; n++) expect(await look()).not.toContain("v4");
    for (const end of ends) end();
    expect(await look()).toEqual([]);
  });
});
