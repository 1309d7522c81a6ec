import { describe, expect, it } from "vitest";
import { activityOf, rangeBetween } from "#/jobs/charts/activity";
import { axisTicks } from "#/jobs/charts/axisTicks";

const HOUR = 3_600_000;

function barsFrom(start: string, hours: number, count: number) {
  const first = Date.parse(start);
  return Array.from({ length: count }, (_, index) => ({
    from: new Date(first + index * hours * HOUR).toISOString(),
    to: new Date(first + (index + 1) * hours * HOUR).toISOString(),
    counts: {},
  }));
}

describe("activityOf", () => {
  it("keeps the states that end a job, in their order, and adds them up", () => {
    const [one, two] = barsFrom("2026-11-24T00:00:00Z", 1, 2).map(({ from, to }, index) => ({
      from,
      to,
      entered: [
        { state: "PENDING" as const, count: 9 },
        { state: "RUNNING" as const, count: 8 },
        { state: "COMPLETED" as const, count: 5 + index },
        { state: "FAILED" as const, count: index },
      ],
    }));
    if (!one || !two) throw new Error("two buckets were made");
    const activity = activityOf([one, two], ["COMPLETED", "FAILED"]);
    expect(activity.bars.map((bar) => bar.counts)).toEqual([
      { COMPLETED: 5, FAILED: 0 },
      { COMPLETED: 6, FAILED: 1 },
    ]);
    expect(activity.totals).toEqual([
      { state: "COMPLETED", count: 11 },
      { state: "FAILED", count: 1 },
    ]);
  });
});

describe("rangeBetween", () => {
  const bars = barsFrom("2026-11-24T00:00:00Z", 1, 4);

  it("reaches from the beginning of the first bar to the end of the last", () => {
    const range = { from: "2026-11-24T01:00:00.000Z", to: "2026-11-24T04:00:00.000Z" };
    expect(rangeBetween(bars, 1, 3)).toEqual(range);
    expect(rangeBetween(bars, 3, 1)).toEqual(range);
  });

  it("is nothing outside the bars", () => {
    expect(rangeBetween(bars, 2, 4)).toBeNull();
  });
});

describe("axisTicks", () => {
  it("names days where it shows days, each at its first bar", () => {
    expect([...axisTicks(barsFrom("2026-11-22T12:00:00Z", 6, 10), "utc")]).toEqual([
      ["2026-11-23T00:00:00.000Z", "23 Nov"],
      ["2026-11-24T00:00:00.000Z", "24 Nov"],
    ]);
  });

  it("names times where it shows hours, and the day at midnight", () => {
    expect([...axisTicks(barsFrom("2026-11-23T22:00:00Z", 1, 4), "utc").values()]).toEqual([
      "22:00",
      "23:00",
      "24 Nov",
      "01:00",
    ]);
  });
});
