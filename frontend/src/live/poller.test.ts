import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveState } from "#/live/live";
import { Poller } from "#/live/poller";

const INTERVAL = 2_000;
let stop: () => void = () => {};
let hidden = false;
let online = true;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  vi.spyOn(navigator, "onLine", "get").mockImplementation(() => online);
});
afterEach(() => {
  stop();
  hidden = false;
  online = true;
  vi.useRealTimers();
});

function look(away: boolean) {
  hidden = away;
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("Poller", () => {
  it("asks again and again", async () => {
    const refresh = vi.fn(async () => {});
    stop = new Poller().watch(refresh);
    await vi.advanceTimersByTimeAsync(3 * INTERVAL);
    expect(refresh).toHaveBeenCalledTimes(3);
  });

  it("never asks twice at once, however slow the answer and however often it is nudged", async () => {
    let answer: () => void = () => {};
    const refresh = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
    const poller = new Poller();
    stop = poller.watch(refresh);
    poller.nudge();
    poller.nudge();
    poller.nudge();
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(refresh).toHaveBeenCalledTimes(1);
    answer();
    await vi.advanceTimersByTimeAsync(1);
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it("backs off while it fails, says so, and recovers", async () => {
    let broken = true;
    const refresh = vi.fn(async () => {
      if (broken) throw new Error("no server");
    });
    const poller = new Poller();
    const seen: LiveState[] = [];
    poller.subscribe(() => seen.push(poller.state()));
    stop = poller.watch(refresh);
    // 2 s, then pauses of 2, 4 and 8 s.
    await vi.advanceTimersByTimeAsync(2_000 + 2_000 + 4_000 + 8_000);
    expect(refresh).toHaveBeenCalledTimes(4);
    broken = false;
    await vi.advanceTimersByTimeAsync(16_000);
    expect(seen).toEqual(["reconnecting", "live"]);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    expect(refresh).toHaveBeenCalledTimes(6);
  });

  it("pauses at most half a minute", async () => {
    const refresh = vi.fn(() => Promise.reject(new Error("no server")));
    stop = new Poller().watch(refresh);
    await vi.advanceTimersByTimeAsync(300_000);
    const before = refresh.mock.calls.length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(refresh).toHaveBeenCalledTimes(before + 1);
  });

  it("rests while hidden, calls off what is under way, and catches up at once", async () => {
    const signals: AbortSignal[] = [];
    const refresh = vi.fn((signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<void>(() => {});
    });
    const poller = new Poller();
    stop = poller.watch(refresh);
    await vi.advanceTimersByTimeAsync(INTERVAL);
    look(true);
    expect(poller.state()).toBe("paused");
    expect(signals[0]?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(refresh).toHaveBeenCalledTimes(1);
    look(false);
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it("says when there is no network", async () => {
    const refresh = vi.fn(async () => {});
    const poller = new Poller();
    stop = poller.watch(refresh);
    online = false;
    window.dispatchEvent(new Event("offline"));
    expect(poller.state()).toBe("offline");
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(refresh).not.toHaveBeenCalled();
    online = true;
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(poller.state()).toBe("live");
  });

  it("stops with its last watcher", async () => {
    const refresh = vi.fn(async () => {});
    new Poller().watch(refresh)();
    await vi.advanceTimersByTimeAsync(10 * INTERVAL);
    expect(refresh).not.toHaveBeenCalled();
  });
});
