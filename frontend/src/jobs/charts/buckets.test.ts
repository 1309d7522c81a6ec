import { describe, expect, it } from "vitest";
import { PERIODS, type Period, stepsFor } from "#/jobs/charts/buckets";

const NOW = Date.parse("2026-11-24T12:34:56.789Z");
const HOUR = 3_600_000;

const lengthOf = ({ from, to, buckets }: ReturnType<typeof stepsFor>) =>
  (Date.parse(to) - Date.parse(from)) / buckets;

describe("stepsFor", () => {
  it("covers the last seven days in bars of three hours, the running one included", () => {
    expect(stepsFor({ period: "7d" }, NOW)).toEqual({
      from: "2026-11-17T12:00:00.000Z",
      to: "2026-11-24T15:00:00.000Z",
      buckets: 57,
    });
  });

  it.each<[Period, number, number]>([
    ["24h", 49, HOUR / 2],
    ["7d", 57, 3 * HOUR],
    ["30d", 61, 12 * HOUR],
    ["90d", 46, 48 * HOUR],
  ])("%s makes %i bars of a round length", (period, buckets, length) => {
    const steps = stepsFor({ period }, NOW);
    expect(steps.buckets).toBe(buckets);
    expect(lengthOf(steps)).toBe(length);
  });

  it("stands still while time goes by within a bar", () => {
    const later = NOW + 2 * HOUR;
    expect(stepsFor({ period: "7d" }, later)).toEqual(stepsFor({ period: "7d" }, NOW));
    expect(stepsFor({ period: "7d" }, NOW + 3 * HOUR)).not.toEqual(stepsFor({ period: "7d" }, NOW));
  });

  it("covers a range that was asked for, and no bar more", () => {
    const range = { from: "2026-11-20T00:00:00.000Z", to: "2026-11-20T06:00:00.000Z" };
    const steps = stepsFor({ ...range, period: "7d" }, NOW);
    expect(steps).toEqual({ ...range, buckets: 36 });
  });

  it("reaches up to now from a beginning alone, and one period back from an end alone", () => {
    const from = "2026-11-24T10:00:00.000Z";
    expect(stepsFor({ from, period: "7d" }, NOW)).toEqual({
      from,
      to: "2026-11-24T12:35:00.000Z",
      buckets: 31,
    });
    const to = "2026-11-20T00:00:00.000Z";
    expect(stepsFor({ to, period: "24h" }, NOW).from).toBe("2026-11-19T00:00:00.000Z");
  });

  it("makes one bar at least, whatever the range", () => {
    const at = "2026-11-24T12:00:00.000Z";
    expect(stepsFor({ from: at, to: at, period: "7d" }, NOW)).toEqual({
      from: at,
      to: "2026-11-24T12:01:00.000Z",
      buckets: 1,
    });
  });

  it("never asks for more than the API gives, nor for less than an hour a bar past two days", () => {
    for (let days = 1; days < 20_000; days += 137) {
      const from = new Date(NOW - days * 24 * HOUR).toISOString();
      const steps = stepsFor({ from, period: "7d" }, NOW);
      expect(steps.buckets).toBeLessThanOrEqual(61);
      expect(steps.buckets).toBeGreaterThanOrEqual(1);
      if (days > 2) expect(lengthOf(steps) % HOUR).toBe(0);
    }
    expect(Object.keys(PERIODS)).toEqual(["24h", "7d", "30d", "90d"]);
  });
});
