import { createOperationDescriptor, getRequest } from "relay-runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setStatusMutation } from "#/jobs/status/operations";
import { type Proposal, StatusChanges, UNDO_MS } from "#/jobs/status/StatusChanges";
import { RequestFailure } from "#/relay/transport";
import { type Asked, aJob, testServer } from "#/test/environment";
import { showToast, type Toast } from "#/ui/toasts";

vi.mock("#/ui/toasts", () => ({ showToast: vi.fn(), closeToast: vi.fn() }));

const START: Proposal = {
  jobId: "job-1",
  name: "nightly sync",
  from: "PENDING",
  version: 1,
  to: "RUNNING",
};
const NOW = Date.parse("2026-11-24T12:00:10Z");

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.mocked(showToast).mockClear();
});
afterEach(() => {
  vi.useRealTimers();
});

const success = (fields: object) => ({
  setJobStatus: { __typename: "SetJobStatusSuccess", job: aJob(1, fields) },
});

function setUp(answer: (asked: Asked) => unknown) {
  const { environment, asked } = testServer(answer);
  // The job as a list would have left it in the store.
  const seen = createOperationDescriptor(getRequest(setStatusMutation), { input: {} });
  environment.retain(seen);
  environment.commitPayload(seen, success({ name: "nightly sync" }));
  const afterwards = vi.fn();
  const changes = new StatusChanges(environment, afterwards);
  const job = () => environment.getStore().getSource().get("job-1") as Record<string, unknown>;
  return { changes, asked, afterwards, job };
}

const lastToast = (): Toast | undefined => vi.mocked(showToast).mock.lastCall?.[0];

describe("a change", () => {
  it("is shown at once and sent after five seconds, with the version that was seen", async () => {
    const { changes, asked, afterwards, job } = setUp(() =>
      success({ state: "RUNNING", version: 2, allowedTransitions: ["COMPLETED"] }),
    );
    changes.propose({ ...START, message: "by hand" });
    expect(job()).toMatchObject({ state: "RUNNING", startedAt: "2026-11-24T12:00:10.000Z" });
    expect(changes.isChanging("job-1")).toBe(true);
    await vi.advanceTimersByTimeAsync(UNDO_MS - 1);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual([
      {
        name: "operationsSetStatusMutation",
        variables: {
          input: {
            jobId: "job-1",
            state: "RUNNING",
            message: "by hand",
            expectedVersion: 1,
            idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/),
          },
        },
      },
    ]);
    expect(job()).toMatchObject({ state: "RUNNING", version: 2 });
    expect(changes.isChanging("job-1")).toBe(false);
    expect(afterwards).toHaveBeenCalledTimes(1);
  });

  it("is undone without a trace", async () => {
    const { changes, asked, job } = setUp(() => success({}));
    changes.propose(START);
    expect(lastToast()?.actions?.[0]?.label).toBe("Undo");
    lastToast()?.actions?.[0]?.run();
    expect(job()).toMatchObject({ state: "PENDING", startedAt: null });
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect(asked).toEqual([]);
  });

  it("is sent at once where the page closes", async () => {
    const { changes, asked } = setUp(() => success({ state: "RUNNING" }));
    changes.propose(START);
    window.dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2 * UNDO_MS);
    expect(asked).toHaveLength(1);
  });

  it("is one at a time for each job", async () => {
    const { changes, asked } = setUp(() => success({ state: "RUNNING" }));
    changes.propose(START);
    changes.propose({ ...START, to: "CANCELLED" });
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(asked.map(({ variables }) => variables.input.state)).toEqual(["RUNNING"]);
  });
});

describe("where somebody was faster", () => {
  it("shows the truth and says who, what, when and why", async () => {
    const { changes, job } = setUp(() => ({
      setJobStatus: {
        __typename: "VersionConflict",
        message: "It was changed.",
        job: aJob(1, {
          name: "nightly sync",
          state: "CANCELLED",
          version: 2,
          status: {
            __typename: "JobStatus",
            id: "status-2",
            state: "CANCELLED",
            createdAt: "2026-11-24T12:00:05Z",
            message: "not needed",
            setBy: { __typename: "User", id: "user-1", username: "admin" },
          },
        }),
      },
    }));
    changes.propose(START);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(job()).toMatchObject({ state: "CANCELLED", version: 2 });
    expect(lastToast()).toMatchObject({
      title: "nightly sync was changed meanwhile",
      text: "admin made it cancelled 10 s ago (not needed). Your change to running was not made.",
    });
  });
});

describe("where the request fails", () => {
  it("rolls back, and a retry uses the same key", async () => {
    let broken = true;
    const { changes, asked, job } = setUp(() => {
      if (broken) throw new RequestFailure("NETWORK", "The server could not be reached.");
      return success({ state: "RUNNING", version: 2 });
    });
    changes.propose(START);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(job()).toMatchObject({ state: "PENDING" });
    expect(lastToast()).toMatchObject({
      title: "nightly sync could not be changed",
      text: "The server could not be reached. It is shown as pending again.",
    });
    broken = false;
    lastToast()?.actions?.[0]?.run();
    await vi.advanceTimersByTimeAsync(0);
    expect(job()).toMatchObject({ state: "RUNNING", version: 2 });
    const keys = asked.map(({ variables }) => variables.input.idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it("stops offering what this account may not do", async () => {
    const { changes, job } = setUp(() => {
      throw new RequestFailure("FORBIDDEN", "No.");
    });
    expect(changes.mayChange()).toBe(true);
    changes.propose(START);
    await vi.advanceTimersByTimeAsync(UNDO_MS);
    expect(changes.mayChange()).toBe(false);
    expect(job()).toMatchObject({ state: "PENDING" });
    expect(lastToast()?.title).toBe("This account can look, but not change jobs");
  });
});
