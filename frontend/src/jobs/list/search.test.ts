import { describe, expect, it } from "vitest";
import {
  filterOf,
  isFiltered,
  orderOf,
  rangeOf,
  rangeText,
  readSearch,
  toggled,
} from "#/jobs/list/search";

const NOW = Date.parse("2026-11-24T12:34:56.789Z");

describe("reading the URL", () => {
  it("takes what makes sense", () => {
    const raw = {
      state: "FAILED,PENDING",
      name: "nightly",
      match: "contains",
      created: "24h",
      changed: "2026-11-01T00:00:00Z..",
      by: "account",
      order: "oldest",
    };
    expect(readSearch(raw)).toEqual({ ...raw, state: "PENDING,FAILED" });
  });

  it.each([
    ["a state there is not", { state: "DONE" }],
    ["an order there is not", { order: "random" }],
    ["a range that is none", { created: "yesterday" }],
    ["a range without instants", { created: ".." }],
    ["a range in no zone", { changed: "2026-11-01T00:00:00.." }],
    ["a property that every object has", { created: "constructor" }],
    ["how to match no name", { match: "contains" }],
    ["numbers", { name: 7 }],
  ])("drops %s", (_, raw) => {
    expect(readSearch(raw)).toEqual({});
  });
});

describe("the filter of the API", () => {
  it("is none where nothing is filtered, so that counters answer", () => {
    expect(filterOf({ order: "changed" }, NOW)).toBeNull();
    expect(isFiltered({ order: "changed" })).toBe(false);
  });

  it("says everything that the URL says", () => {
    const search = {
      state: "FAILED",
      name: "ni",
      created: "1h",
      changed: "2026-11-01T00:00:00Z..2026-11-02T00:00:00Z",
      by: "account",
    };
    expect(filterOf(search, NOW)).toEqual({
      states: ["FAILED"],
      nameStartsWith: "ni",
      createdAt: { from: "2026-11-24T11:34:00.000Z" },
      stateChangedAt: { from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z" },
      createdBy: "account",
    });
    expect(filterOf({ name: "ni", match: "contains" }, NOW)).toEqual({ nameContains: "ni" });
  });

  it("orders by creation, newest first, unless told", () => {
    expect(orderOf({})).toBe("CREATED_DESC");
    expect(orderOf({ order: "changed-oldest" })).toBe("STATE_CHANGED_ASC");
  });
});

describe("toggling a state", () => {
  it("adds it, in the order of the lifecycle, and takes it away", () => {
    expect(toggled({ state: "FAILED", name: "x" }, "PENDING")).toEqual({
      state: "PENDING,FAILED",
      name: "x",
    });
    expect(toggled({ state: "FAILED" }, "FAILED")).toEqual({ state: undefined });
  });

  it("has one way to say all", () => {
    const four = { state: "PENDING,RUNNING,COMPLETED,FAILED" };
    expect(toggled(four, "CANCELLED")).toEqual({ state: undefined });
  });
});

describe("ranges", () => {
  it("read back as they were written", () => {
    const range = { from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z" };
    expect(rangeOf(rangeText(range) ?? "", NOW)).toEqual(range);
    expect(rangeOf(rangeText({ to: range.to }) ?? "", NOW)).toEqual({ to: range.to });
    expect(rangeText({})).toBeUndefined();
  });
});
