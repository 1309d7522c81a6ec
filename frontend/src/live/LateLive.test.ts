import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LateLive } from "#/live/LateLive";
import type { Live, LiveState } from "#/live/live";

let state: LiveState = "live";
let tell = () => {};
const stopped = vi.fn();
const watch = vi.fn(() => stopped);
const live: Live = {
  watch,
  nudge: vi.fn(),
  setPaused: vi.fn(),
  waiting: () => 3,
  state: () => state,
  subscribe: (listener) => {
    tell = listener;
    return () => {};
  },
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  state = "live";
});
afterEach(() => vi.useRealTimers());

it("hands over what was asked of it before", async () => {
  const late = new LateLive(async () => live);
  const [one, other] = [async () => {}, async () => {}];
  const stop = late.watch(one, 7);
  late.watch(other)();
  late.nudge();
  late.setPaused(true);
  expect([late.state(), late.waiting()]).toEqual(["paused", 0]);
  await vi.advanceTimersByTimeAsync(0);
  expect(watch.mock.calls).toEqual([[one, 7]]);
  expect(live.nudge).toHaveBeenCalledTimes(1);
  expect(live.setPaused).toHaveBeenCalledExactlyOnceWith(true);
  expect(late.waiting()).toBe(3);
  stop();
  expect(stopped).toHaveBeenCalledTimes(1);
});

it("passes on everything afterwards", async () => {
  const late = new LateLive(async () => live);
  const listener = vi.fn();
  late.subscribe(listener);
  await vi.advanceTimersByTimeAsync(0);
  listener.mockClear();
  state = "offline";
  tell();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(late.state()).toBe("offline");
  late.nudge();
  late.watch(async () => {})();
  expect(live.nudge).toHaveBeenCalledTimes(1);
  expect(stopped).toHaveBeenCalledTimes(1);
});

it("says so where the code can not be loaded, and asks again", async () => {
  const load = vi.fn(async () => live).mockRejectedValueOnce(new TypeError("Failed to fetch"));
  const late = new LateLive(load);
  late.watch(async () => {});
  await vi.advanceTimersByTimeAsync(0);
  expect(late.state()).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(late.state()).toBe("live");
  expect(watch).toHaveBeenCalledTimes(1);
});
