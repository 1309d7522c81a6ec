import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FIRST_BYTE_MS, STEADY_MS } from "#/live/Connection";
import { HIDDEN_MS, LINGER_MS, LiveStream, MOST_KEPT, SETTLED_MS } from "#/live/LiveStream";
import type { Change, LiveState } from "#/live/live";
import { TOGETHER_MS } from "#/live/Refreshes";
import { FakeStream } from "#/test/fakeStream";

const BEAT = 2_000;
let hidden = false;
let online = true;
let stream: FakeStream<number>;
let live: LiveStream<number>;
let applied: number[];
let states: LiveState[];
let stops: (() => void)[];
const renew = vi.fn(async () => {});

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  vi.spyOn(navigator, "onLine", "get").mockImplementation(() => online);
  renew.mockReset();
  stream = new FakeStream();
  [applied, states, stops] = [[], [], []];
  live = new LiveStream<number>({
    open: stream.open,
    apply: (events) => {
      applied.push(...events);
      return events.map(change);
    },
    renew,
  });
  live.subscribe(() => {
    if (states.at(-1) !== live.state()) states.push(live.state());
  });
});
afterEach(async () => {
  for (const stop of stops) stop();
  await pass(LINGER_MS);
  hidden = false;
  online = true;
  vi.useRealTimers();
});

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const change = (event: number): Change => ({
  jobId: `job-${event}`,
  state: "RUNNING",
  before: "PENDING",
  by: null,
});

function page(pace = 0) {
  const refresh = vi.fn(async (_signal: AbortSignal, _changes?: readonly Change[]) => {});
  stops.push(live.watch(refresh, pace));
  return refresh;
}

/** A page on a stream that is open, with everything of its beginning behind it. */
async function atWork(pace = 0) {
  const refresh = page(pace);
  stream.begin("c0");
  await pass(Math.max(SETTLED_MS, pace) + 1_000);
  refresh.mockClear();
  renew.mockClear();
  return refresh;
}

function look(away: boolean) {
  hidden = away;
  document.dispatchEvent(new Event("visibilitychange"));
}

function network(up: boolean) {
  online = up;
  window.dispatchEvent(new Event(up ? "online" : "offline"));
}

describe("while the stream is open", () => {
  it("asks for everything once, in case something changed before", async () => {
    const refresh = page();
    stream.begin("c0");
    await pass(SETTLED_MS);
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([undefined]);
    expect(renew).toHaveBeenCalledTimes(1);
    await pass(30_000);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it("shows a change at once, and tells pages what it was", async () => {
    const refresh = await atWork();
    stream.say([1, 2], "c2");
    await pass();
    expect(applied).toEqual([1, 2]);
    expect(refresh).not.toHaveBeenCalled();
    await pass(TOGETHER_MS);
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([[change(1), change(2)]]);
    expect(renew).not.toHaveBeenCalled();
  });

  it("asks nothing while nothing happens", async () => {
    const refresh = await atWork();
    for (let beat = 0; beat < 40; beat += 1) {
      stream.say([], "c0");
      await pass(15_000);
    }
    expect(refresh).not.toHaveBeenCalled();
  });

  it("tells each page no more often than it wishes, and of everything in the end", async () => {
    const list = await atWork();
    const chart = page(15_000);
    for (let event = 0; event < 100; event += 1) {
      stream.say([event], `c${event}`);
      await pass(50);
    }
    await pass(15_000);
    // Five seconds of changes: at most one a second, and the rest.
    expect(list.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(list.mock.calls.length).toBeLessThanOrEqual(6);
    expect(list.mock.calls.flatMap(([, changes]) => changes)).toHaveLength(100);
    expect(chart).toHaveBeenCalledTimes(1);
  });

  it("runs pages at once when nudged", async () => {
    const refresh = await atWork();
    live.nudge();
    await pass();
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([[]]);
  });

  it("is not live while a page could not be brought up to date, and tries again", async () => {
    const refresh = await atWork();
    refresh.mockRejectedValueOnce(new Error("no server"));
    stream.say([1], "c1");
    await pass(TOGETHER_MS);
    expect(states).toEqual(["reconnecting"]);
    await pass(2_000);
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([[change(1)], [change(1)]]);
    expect(states).toEqual(["reconnecting", "live"]);
  });

  it("outlives a change of pages, and ends with the last", async () => {
    await atWork();
    stops.pop()?.();
    await pass(LINGER_MS - 1);
    page();
    await pass(LINGER_MS);
    expect(stream.openings).toHaveLength(1);
    stops.pop()?.();
    await pass(LINGER_MS);
    expect(stream.latest.signal.aborted).toBe(true);
  });
});

describe("where the stream breaks", () => {
  it("says so, comes back by itself and shows what was missed", async () => {
    const refresh = await atWork();
    stream.fail();
    await pass();
    expect(states).toEqual(["reconnecting"]);
    await pass(1_000);
    expect(stream.latest.after).toBe("c0");
    stream.begin("c0");
    stream.say([1], "c1");
    await pass(TOGETHER_MS);
    expect(states).toEqual(["reconnecting", "live"]);
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([[change(1)]]);
    expect(renew).not.toHaveBeenCalled();
  });

  it("stays live while a lapsed token is renewed", async () => {
    await atWork();
    await pass(STEADY_MS);
    stream.fail("UNAUTHENTICATED");
    await pass();
    stream.begin("c0");
    await pass();
    expect(states).toEqual([]);
    expect(stream.openings).toHaveLength(2);
  });
});

describe("where streams are blocked", () => {
  it("polls instead, tries again, and stops polling once it gets through", async () => {
    const refresh = page();
    await pass(FIRST_BYTE_MS);
    expect(refresh).toHaveBeenCalledTimes(1);
    await pass(BEAT);
    expect(refresh).toHaveBeenCalledTimes(2);
    expect(states).toEqual(["reconnecting", "live"]);
    expect(stream.openings).toHaveLength(2);
    stream.begin("c0");
    await pass(SETTLED_MS);
    refresh.mockClear();
    await pass(10 * BEAT);
    expect(refresh.mock.calls.length).toBeLessThanOrEqual(1);
    expect(live.state()).toBe("live");
  });

  it("polls where the account has too many streams open", async () => {
    const refresh = page();
    stream.fail("RATE_LIMITED");
    await pass();
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(live.state()).toBe("live");
  });

  it("tries the stream at once when a server that was away answers", async () => {
    const refresh = page();
    refresh.mockRejectedValue(new Error("no server"));
    for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000]) {
      stream.fail();
      await pass(wait);
    }
    expect(live.state()).toBe("reconnecting");
    stream.fail();
    await pass();
    const before = stream.openings.length;
    refresh.mockReset();
    live.nudge();
    await pass();
    expect(stream.openings).toHaveLength(before + 1);
  });
});

describe("paused", () => {
  it("changes nothing and counts what comes in, then shows it", async () => {
    const refresh = await atWork();
    live.setPaused(true);
    stream.say([1, 2], "c2");
    stream.say([3], "c3");
    await pass(10_000);
    expect([live.state(), live.waiting(), applied]).toEqual(["paused", 3, []]);
    expect(refresh).not.toHaveBeenCalled();
    live.setPaused(false);
    await pass();
    expect([live.state(), live.waiting(), applied]).toEqual(["live", 0, [1, 2, 3]]);
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([[1, 2, 3].map(change)]);
  });

  it("reads anew where more came in than it keeps", async () => {
    const refresh = await atWork();
    live.setPaused(true);
    stream.say(Array(MOST_KEPT).fill(1), "c1000");
    stream.say([2], "c1001");
    stream.say([3], "c1002");
    await pass();
    expect(live.waiting()).toBe(MOST_KEPT + 2);
    live.setPaused(false);
    await pass();
    expect(applied).toEqual([]);
    expect(refresh.mock.calls.map(([, changes]) => changes)).toEqual([undefined]);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it("does not poll either", async () => {
    const refresh = page();
    live.setPaused(true);
    stream.fail("RATE_LIMITED");
    await pass(900);
    expect(refresh).not.toHaveBeenCalled();
    live.setPaused(false);
    await pass();
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});

describe("a page that nobody sees", () => {
  it("keeps its stream for a glance elsewhere", async () => {
    await atWork();
    look(true);
    await pass(HIDDEN_MS - 1);
    look(false);
    await pass(HIDDEN_MS);
    expect(states).toEqual([]);
    expect(stream.openings).toHaveLength(1);
  });

  it("lets go of it after a while, and resumes at once on return", async () => {
    await atWork();
    look(true);
    await pass(HIDDEN_MS);
    expect(states).toEqual(["paused"]);
    expect(stream.latest.signal.aborted).toBe(true);
    await pass(600_000);
    expect(stream.openings).toHaveLength(1);
    look(false);
    expect(stream.openings.map(({ after }) => after)).toEqual([null, "c0"]);
    expect(states).toEqual(["paused", "live"]);
  });
});

it("waits for the network, and resumes with it at once", async () => {
  await atWork();
  network(false);
  expect(states).toEqual(["offline"]);
  expect(stream.latest.signal.aborted).toBe(true);
  await pass(60_000);
  expect(stream.openings).toHaveLength(1);
  network(true);
  expect(stream.openings.map(({ after }) => after)).toEqual([null, "c0"]);
  expect(states).toEqual(["offline", "live"]);
});
