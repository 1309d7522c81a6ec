import { createOperationDescriptor, fetchQuery } from "relay-runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import renewQuery from "#/jobs/changes/__generated__/JobChangesRenewQuery.graphql";
import { JobChanges } from "#/jobs/changes/JobChanges";
import jobQuery from "#/jobs/detail/__generated__/useLiveJobQuery.graphql";
import { createEnvironment } from "#/relay/environment";
import { Session } from "#/session/session";
import { aJob, testServer } from "#/test/environment";
import { testSession } from "#/test/session";

type Event = Parameters<JobChanges["apply"]>[0][number];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** An environment that holds these jobs, and what it shows of the first. */
function holding(...jobs: ReturnType<typeof aJob>[]) {
  const { environment, asked } = testServer(({ variables }) => ({
    nodes: variables.ids.map((id: string) => aJob(Number(id.slice(4)), { version: 9 })),
  }));
  const read = (job: ReturnType<typeof aJob>) => {
    const operation = createOperationDescriptor(jobQuery, { id: job.id });
    environment.retain(operation);
    environment.commitPayload(operation, {
      job: { ...job, status: { id: "status-0", setBy: null } },
    });
  };
  for (const job of jobs) read(job);
  const changes = new JobChanges(environment, new Session());
  const get = (id: string) => environment.getStore().getSource().get(id);
  return { environment, asked, changes, get, read };
}

function started(job: number, version: number, by: string | null = "worker"): Event {
  return {
    jobStatuses: {
      node: {
        id: `status-${job}-${version}`,
        state: "RUNNING",
        setBy: by === null ? null : { id: `user-${by}`, username: by },
        job: {
          id: `job-${job}`,
          version,
          state: "RUNNING",
          stateChangedAt: "2026-11-24T13:00:00Z",
          startedAt: "2026-11-24T13:00:00Z",
          finishedAt: null,
          allowedTransitions: ["COMPLETED", "FAILED", "CANCELLED"],
        },
      },
    },
  };
}

describe("a change", () => {
  it("is shown wherever its job is, and told with what was seen before", () => {
    const { changes, environment, get } = holding(aJob(1));
    expect(changes.apply([started(1, 2)])).toEqual([
      { jobId: "job-1", before: "PENDING", state: "RUNNING", by: "worker" },
    ]);
    expect(get("job-1")).toMatchObject({
      version: 2,
      state: "RUNNING",
      stateChangedAt: "2026-11-24T13:00:00Z",
      startedAt: "2026-11-24T13:00:00Z",
      finishedAt: null,
      allowedTransitions: ["COMPLETED", "FAILED", "CANCELLED"],
      status: { __ref: "status-1-2" },
    });
    const operation = createOperationDescriptor(jobQuery, { id: "job-1" });
    expect(environment.lookup(operation.fragment)).toMatchObject({
      isMissingData: false,
      data: { job: { status: { id: "status-1-2", setBy: { username: "worker" } } } },
    });
  });

  it("of a job that is not at hand leaves nothing behind", () => {
    const { changes, get } = holding(aJob(1));
    expect(changes.apply([started(2, 1, null)])).toEqual([
      { jobId: "job-2", before: null, state: "RUNNING", by: null },
    ]);
    expect([get("job-2"), get("status-2-1")]).toEqual([undefined, undefined]);
  });

  it("never takes a job back", () => {
    const { changes, get } = holding(aJob(1, { version: 3, state: "COMPLETED" }));
    changes.apply([started(1, 2)]);
    expect(get("job-1")).toMatchObject({ version: 3, state: "COMPLETED" });
  });

  it("is drawn once with all that came with it", () => {
    const { changes, environment } = holding(aJob(1), aJob(2));
    const operation = createOperationDescriptor(renewQuery, { ids: ["job-1", "job-2"] });
    environment.commitPayload(operation, { nodes: [aJob(1), aJob(2)] });
    const drawn = vi.fn();
    environment.subscribe(environment.lookup(operation.fragment), drawn);
    changes.apply([started(1, 2), started(2, 2)]);
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it("survives an answer that was read before it and came after it", async () => {
    const { changes, get, read } = holding(aJob(1));
    changes.apply([started(1, 2)]);
    read(aJob(1));
    expect(get("job-1")?.state).toBe("PENDING");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(get("job-1")).toMatchObject({ state: "RUNNING", version: 2 });
  });

  it("is remembered for no longer than answers take", async () => {
    const { changes, get, read } = holding(aJob(1));
    changes.apply([started(1, 2)]);
    await vi.advanceTimersByTimeAsync(37_000);
    expect(vi.getTimerCount()).toBe(0);
    read(aJob(1));
    await vi.advanceTimersByTimeAsync(37_000);
    expect(get("job-1")?.state).toBe("PENDING");
  });
});

it("reads all jobs at hand anew, a hundred at a time", async () => {
  const jobs = Array.from({ length: 250 }, (_, index) => aJob(index));
  const { changes, asked, get } = holding(...jobs);
  await changes.renew(new AbortController().signal);
  expect(asked.map(({ variables }) => variables.ids.length)).toEqual([100, 100, 50]);
  expect(get("job-249")?.version).toBe(9);
});

it("reads anew what was asked for before the stream began, and answered after", async () => {
  const answers: ((job: object) => void)[] = [];
  const fetch = vi.fn(
    (_: string, _init: RequestInit) =>
      new Promise((resolve) => {
        answers.push((data) => resolve({ status: 200, json: async () => ({ data }) }));
      }),
  );
  vi.stubGlobal("fetch", fetch);
  const environment = createEnvironment(testSession());
  const changes = new JobChanges(environment, new Session());
  environment.retain(createOperationDescriptor(jobQuery, { id: "job-1" }));
  void fetchQuery(environment, jobQuery, { id: "job-1" }).toPromise();
  const renewed = changes.renew(new AbortController().signal);
  await vi.advanceTimersByTimeAsync(0);
  expect(answers).toHaveLength(1);
  answers[0]?.({ job: { ...aJob(1), status: { id: "status-0", setBy: null } } });
  await vi.advanceTimersByTimeAsync(0);
  const body = JSON.parse(String(fetch.mock.calls[1]?.[1].body));
  expect(body.variables).toEqual({ ids: ["job-1"] });
  answers[1]?.({ nodes: [aJob(1, { version: 9 })] });
  await renewed;
  expect(environment.getStore().getSource().get("job-1")?.version).toBe(9);
});
