import { describe, expect, it } from "vitest";
import {
  formatAbsolute,
  formatDuration,
  formatRange,
  formatRelative,
  formatShort,
} from "#/ui/timeFormat";

const NOON = Date.UTC(2026, 10, 24, 12, 0, 0);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("formatRelative", () => {
  it.each([
    [0, "just now"],
    [4 * SECOND, "just now"],
    [-4 * SECOND, "just now"],
    [5 * SECOND, "5 s ago"],
    [59 * SECOND, "59 s ago"],
    [MINUTE, "1 min ago"],
    [59 * MINUTE + 59 * SECOND, "59 min ago"],
    [HOUR, "1 h ago"],
    [23 * HOUR + 59 * MINUTE, "23 h ago"],
    [DAY, "1 d ago"],
    [29 * DAY, "29 d ago"],
    [30 * DAY, "25 Oct 2026"],
    [-2 * HOUR, "in 2 h"],
  ])("%i ms before now reads %s", (age, words) => {
    expect(formatRelative(NOON - age, NOON, "utc")).toBe(words);
  });
});

describe("formatDuration", () => {
  it.each([
    [-1, "0 s"],
    [0, "0 s"],
    [1, "1 ms"],
    [999, "999 ms"],
    [1000, "1 s"],
    [4250, "4.2 s"],
    [9999, "9.9 s"],
    [10_400, "10 s"],
    [59_999, "59 s"],
    [MINUTE, "1 min"],
    [3 * MINUTE + 12 * SECOND, "3 min 12 s"],
    [2 * HOUR + 5 * MINUTE + 59 * SECOND, "2 h 5 min"],
    [HOUR, "1 h"],
    [3 * DAY + 4 * HOUR, "3 d 4 h"],
    [400 * DAY, "400 d"],
  ])("%i ms reads %s", (span, words) => {
    expect(formatDuration(span)).toBe(words);
  });
});

describe("dates", () => {
  it("name the zone where two people might compare them", () => {
    expect(formatAbsolute(NOON, "utc")).toBe("24 Nov 2026, 12:00:00 UTC");
  });

  it("leave out what is plain from the place", () => {
    expect(formatShort(NOON, "utc")).toBe("24 Nov, 12:00");
  });

  it("name the day of a range once where both ends share it", () => {
    expect(formatRange(NOON, NOON + 3 * HOUR, "utc")).toBe("24 Nov, 12:00 to 15:00");
    expect(formatRange(NOON, NOON + DAY, "utc")).toBe("24 Nov, 12:00 to 25 Nov, 12:00");
  });
});
