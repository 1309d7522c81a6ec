import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  Connection,
  FIRST_BYTE_MS,
  LONGEST_PAUSE_MS,
  LONGEST_SILENCE_MS,
  MOST_REPLAYED,
  REPLAY_MS,
  STEADY_MS,
} from "#/live/Connection";
import { FakeStream } from "#/test/fakeStream";

let stream: FakeStream<number>;
let connection: Connection<number>;
let got: number[];
let lost: number;
let healths: string[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  stream = new FakeStream();
  [got, lost, healths] = [[], 0, []];
  connection = new Connection(stream.open, {
    events: (events) => got.push(...events),
    lost: () => {
      lost += 1;
    },
    changed: () => healths.push(connection.health + (connection.isBlocked ? ", blocked" : "")),
  });
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

async function opened(cursor = "c0") {
  connection.open();
  stream.begin(cursor);
  await pass();
}

describe("opening", () => {
  it("begins from now, and says that anything may have changed before", async () => {
    await opened();
    expect(stream.openings.map(({ after }) => after)).toEqual([null]);
    expect(lost).toBe(1);
    expect(healths).toEqual(["opening", "open"]);
  });

  it("is open with the first byte only", async () => {
    connection.open();
    stream.latest.agree();
    await pass(FIRST_BYTE_MS - 1);
    expect(connection.health).toBe("opening");
    await pass(1);
    expect(healths).toEqual(["opening", "failing, blocked"]);
    expect(stream.latest.signal.aborted).toBe(true);
  });
});

describe("resuming", () => {
  it("goes on after the last event, and nothing is lost", async () => {
    await opened();
    stream.say([1, 2], "c2");
    stream.say([3], "c3");
    stream.say([], "c7");
    await pass();
    stream.fail();
    await pass(1_000);
    expect(stream.latest.after).toBe("c7");
    stream.begin("c7");
    stream.say([8], "c8");
    await pass();
    expect(got).toEqual([1, 2, 3, 8]);
    expect(lost).toBe(1);
  });

  it("ignores what a former stream still says", async () => {
    await opened();
    const former = stream.latest;
    connection.open();
    former.pieces.push({ events: [9], cursor: "c9" });
    former.wake();
    stream.begin("c0");
    await pass();
    expect(former.signal.aborted).toBe(true);
    expect(got).toEqual([]);
  });

  it("begins anew where the cursor is of no use, at once", async () => {
    await opened();
    stream.end();
    await pass(1_000);
    stream.fail("INVALID_CURSOR");
    await pass();
    expect(stream.openings.map(({ after }) => after)).toEqual([null, "c0", null]);
    stream.begin("c1");
    await pass();
    expect(lost).toBe(2);
  });

  it("does not replay more than reading anew would cost", async () => {
    await opened();
    stream.end();
    await pass(1_000);
    stream.begin("c0");
    stream.say(Array(MOST_REPLAYED).fill(1), "c1000");
    await pass();
    expect(stream.openings).toHaveLength(2);
    stream.say([2], "c1001");
    await pass();
    expect(stream.latest.after).toBeNull();
    expect(got).toHaveLength(MOST_REPLAYED);
    stream.begin("c2000");
    await pass();
    expect(lost).toBe(2);
  });

  it("takes any number once it has caught up", async () => {
    await opened();
    stream.end();
    await pass(1_000);
    stream.begin("c0");
    await pass(REPLAY_MS);
    stream.say(Array(5 * MOST_REPLAYED).fill(1), "c5000");
    await pass();
    expect(stream.openings).toHaveLength(2);
    expect(got).toHaveLength(5 * MOST_REPLAYED);
  });
});

describe("while it fails", () => {
  /** The pauses between attempts, in milliseconds. */
  async function pauses(count: number) {
    const found: number[] = [];
    connection.open();
    for (let failure = 0; failure < count; failure += 1) {
      const before = stream.openings.length;
      stream.fail();
      await pass();
      const from = Date.now();
      while (stream.openings.length === before) await pass(100);
      found.push(Date.now() - from);
    }
    return found;
  }

  it("doubles its pauses up to a minute", async () => {
    expect(await pauses(9)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1_000));
    expect(LONGEST_PAUSE_MS).toBe(60_000);
  });

  it("shortens them by up to a half, so that not everybody comes back at once", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    expect(await pauses(8)).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30].map((s) => s * 1_000));
  });

  it("calls itself blocked from the third failure on, until it is open again", async () => {
    await pauses(4);
    stream.begin("c0");
    await pass();
    expect(healths).toEqual(["opening", "failing", "failing, blocked", "open"]);
  });

  it("calls itself blocked at once where it is refused for the number of streams", async () => {
    connection.open();
    stream.fail("RATE_LIMITED");
    await pass();
    expect(healths).toEqual(["opening", "failing, blocked"]);
  });

  it("backs off further where a stream opens only to break", async () => {
    await opened();
    for (const wait of [1_000, 2_000, 4_000]) {
      const before = stream.openings.length;
      stream.fail();
      await pass(wait - 1);
      expect(stream.openings).toHaveLength(before);
      await pass(1);
      expect(stream.openings).toHaveLength(before + 1);
      stream.begin("c0");
      await pass();
    }
    await pass(STEADY_MS);
    stream.fail();
    await pass(1_000);
    expect(stream.openings).toHaveLength(5);
  });
});

describe("the end of a token", () => {
  it("resumes at once, and calls it no failure", async () => {
    await opened();
    await pass(STEADY_MS);
    stream.fail("UNAUTHENTICATED");
    await pass();
    expect(stream.openings.map(({ after }) => after)).toEqual([null, "c0"]);
    stream.begin("c0");
    await pass();
    expect(healths).toEqual(["opening", "open", "opening", "open"]);
  });

  it("backs off where another token is refused as well", async () => {
    connection.open();
    stream.fail("UNAUTHENTICATED");
    await pass(999);
    expect(stream.openings).toHaveLength(1);
    await pass(1);
    expect(stream.openings).toHaveLength(2);
  });
});

describe("a connection that nobody closed", () => {
  it("is given up after a long silence; a sign of life is enough", async () => {
    await opened();
    await pass(LONGEST_SILENCE_MS - 5_000);
    stream.say([], null);
    await pass(LONGEST_SILENCE_MS);
    expect(connection.health).toBe("open");
    await pass(5_000);
    expect(connection.health).toBe("failing");
  });

  it("is opened anew at once after sleep", async () => {
    await opened();
    vi.setSystemTime(Date.now() + 3_600_000);
    await pass(5_000);
    expect(stream.openings.map(({ after }) => after)).toEqual([null, "c0"]);
  });
});

it("rests while closed, and goes on where it left off", async () => {
  await opened("c5");
  connection.close();
  expect(connection.health).toBe("closed");
  await pass(600_000);
  expect(stream.openings).toHaveLength(1);
  connection.open();
  expect(stream.latest.after).toBe("c5");
});
