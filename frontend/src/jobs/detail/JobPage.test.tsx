import { MantineProvider } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
  useParams,
} from "@tanstack/react-router";
import { act, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { RelayEnvironmentProvider } from "react-relay";
import { createMockEnvironment } from "relay-test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JobPage } from "#/jobs/detail/JobPage";
import { type Neighbours, useNeighbours } from "#/jobs/list/neighbours";
import type { Live, Change as LiveChange, Refresh } from "#/live/live";
import { LiveContext } from "#/live/useLive";
import { RequestFailure } from "#/relay/transport";
import { Announcer } from "#/ui/announcer";
import type { JobState } from "#/ui/JobState";
import { timeZone } from "#/ui/timePreferences";

vi.mock("#/jobs/list/neighbours", () => ({ useNeighbours: vi.fn() }));
vi.mock("#/jobs/status/ChangeStatus", () => ({ ChangeStatus: () => null }));

// Fifty entries take a busy machine more than the usual second.
configure({ asyncUtilTimeout: 10_000 });

const NOON = Date.UTC(2026, 10, 24, 12, 0, 0);
const at = (minute: number) => new Date(NOON + minute * 60_000).toISOString();

const LIFECYCLE = [
  { state: "PENDING", isFinished: false, allowedTransitions: ["RUNNING", "CANCELLED", "FAILED"] },
  { state: "RUNNING", isFinished: false, allowedTransitions: ["COMPLETED", "FAILED", "CANCELLED"] },
  { state: "COMPLETED", isFinished: true, allowedTransitions: [] },
  { state: "FAILED", isFinished: true, allowedTransitions: ["PENDING"] },
  { state: "CANCELLED", isFinished: true, allowedTransitions: ["PENDING"] },
];

interface Change {
  state: JobState;
  minute: number;
  message?: string;
  by?: string;
}

/** A history as the API would tell it, from changes given oldest first. */
function statusesOf(changes: Change[]) {
  return changes
    .map(({ state, minute, message, by }, index) => ({
      __typename: "JobStatus",
      id: `status-${index + 1}`,
      state,
      previousState: changes[index - 1]?.state ?? null,
      message: message ?? null,
      createdAt: at(minute),
      setBy: by ? { __typename: "User", id: `user-${by}`, username: by } : null,
    }))
    .reverse();
}

type Status = ReturnType<typeof statusesOf>[number];

function factsOf(statuses: Status[]) {
  const changes = statuses.toReversed();
  const newest = statuses[0] as Status;
  return {
    __typename: "Job",
    id: "job-1",
    name: "nightly sync",
    state: newest.state,
    stateChangedAt: newest.createdAt,
    version: statuses.length,
    allowedTransitions: [],
    createdAt: changes[0]?.createdAt,
    startedAt: statuses.find(({ state }) => state === "RUNNING")?.createdAt ?? null,
    finishedAt: ["COMPLETED", "FAILED", "CANCELLED"].includes(newest.state)
      ? newest.createdAt
      : null,
    createdBy: changes[0]?.setBy ?? null,
    status: newest,
  };
}

function page(statuses: Status[], { hasNextPage = false, hasPreviousPage = false } = {}) {
  return {
    edges: statuses.map((node) => ({ cursor: node.id, node })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: statuses[0]?.id ?? null,
      endCursor: statuses.at(-1)?.id ?? null,
    },
  };
}

class ManualLive implements Live {
  refresh: Refresh | undefined;
  watch(refresh: Refresh) {
    this.refresh = refresh;
    return () => {
      this.refresh = undefined;
    };
  }
  nudge() {}
  setPaused() {}
  waiting = () => 0;
  state = () => "live" as const;
  subscribe = () => () => {};
}

async function open(jobId = "job-1") {
  vi.stubGlobal("jest", vi); // relay-test-utils looks for it
  const environment = createMockEnvironment();
  const live = new ManualLive();
  const root = createRootRoute();
  const detail = createRoute({
    getParentRoute: () => root,
    path: "/jobs/$jobId",
    component: function Detail() {
      const { jobId: shown = "" } = useParams({ strict: false });
      return <JobPage jobId={shown} key={shown} />;
    },
  });
  const list = createRoute({
    getParentRoute: () => root,
    path: "/jobs",
    component: () => "The list",
  });
  const router = createRouter({
    routeTree: root.addChildren([list, detail]),
    history: createMemoryHistory({ initialEntries: [`/jobs/${jobId}`] }),
  });
  await router.load();
  render(
    <MantineProvider env="test">
      <LiveContext value={live}>
        <RelayEnvironmentProvider environment={environment}>
          <RouterProvider router={router as never} />
          <Announcer />
        </RelayEnvironmentProvider>
      </LiveContext>
    </MantineProvider>,
  );
  await waitFor(() => expect(environment.mock.getAllOperations()).toHaveLength(1));

  return {
    environment,
    live,
    router,
    /** Answers the page's own query. */
    answer(statuses: Status[], pageInfo = {}) {
      const job = { ...factsOf(statuses), statuses: page(statuses, pageInfo) };
      act(() =>
        environment.mock.resolveMostRecentOperation({
          data: { job, lifecycle: LIFECYCLE },
        }),
      );
    },
    asked() {
      const { request } = environment.mock.getMostRecentOperation();
      return { name: request.node.operation.name, variables: request.variables };
    },
  };
}

const entries = () =>
  within(screen.getByRole("region", { name: /^Timeline/ }))
    .getAllByRole("listitem")
    .map((entry) => entry.textContent);

const nobody: Neighbours = { previous: null, next: null, reach: () => null };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON + 60 * 60_000, toFake: ["Date"] });
  vi.mocked(useNeighbours).mockReturnValue(nobody);
  timeZone.set("utc");
});

afterEach(() => {
  vi.useRealTimers();
  timeZone.set("local");
});

const RETRIED: Change[] = [
  { state: "PENDING", minute: 0, by: "ada" },
  { state: "FAILED", minute: 2, message: "no such host" },
  { state: "PENDING", minute: 50, by: "grace" },
  { state: "RUNNING", minute: 59, by: "worker" },
];

describe("a job", () => {
  it("is shown with its name, state and facts", async () => {
    const { answer } = await open();
    answer(statusesOf(RETRIED));
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("nightly sync");
    await waitFor(() => expect(document.title).toBe("nightly sync · Jobtrail"));
    const facts = [...document.querySelectorAll("main > div dl > div")].map((fact) => [
      fact.querySelector("dt")?.textContent,
      fact.querySelector("dd")?.textContent?.trim(),
    ]);
    expect(facts).toEqual([
      ["Created", "1 h ago"],
      ["Created by", "ada"],
      ["Waited", "59 min"],
      ["Ran", "1 min"],
      ["Version", "4"],
      ["Id", "job-1"],
    ]);
    expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
  });

  it("tells its trail, newest first: from, to, when, by whom, how long and why", async () => {
    const { answer } = await open();
    answer(statusesOf(RETRIED));
    await screen.findByRole("heading", { level: 1 });
    expect(entries()).toEqual([
      "Pending to Running1 min ago24 Nov 2026, 12:59:00 UTCby workerfor 1 min so far",
      "Failed to Pending10 min ago24 Nov 2026, 12:50:00 UTCby gracestayed 9 min",
      "Pending to Failed58 min ago24 Nov 2026, 12:02:00 UTCby no accountstayed 48 minno such host",
      "Created,Pending1 h ago24 Nov 2026, 12:00:00 UTCby adastayed 2 min",
    ]);
  });

  it("has the way it took through its lifecycle lit, and no other", async () => {
    const { answer } = await open();
    answer(statusesOf(RETRIED));
    const diagram = await screen.findByRole("img", {
      name: "Lifecycle. Path taken: Pending, Failed, Pending, Running. Now: Running.",
    });
    const names = (selector: string) =>
      [...diagram.querySelectorAll(selector)].map(
        (drawn) => drawn.getAttribute("data-move") ?? drawn.getAttribute("data-state"),
      );
    expect(names("[data-move]")).toHaveLength(8);
    expect(names("[data-lit]").toSorted()).toEqual([
      "FAILED>PENDING",
      "PENDING>FAILED",
      "PENDING>RUNNING",
    ]);
    expect(names("[data-visited]")).toEqual(["PENDING", "RUNNING", "FAILED"]);
    expect(names("[data-current]")).toEqual(["RUNNING"]);
  });

  it("that is final counts no further time", async () => {
    const { answer } = await open();
    answer(
      statusesOf([
        { state: "PENDING", minute: 0 },
        { state: "CANCELLED", minute: 30 },
      ]),
    );
    await screen.findByRole("heading", { level: 1 });
    expect(entries()[0]).toBe(
      "Pending to Cancelled30 min ago24 Nov 2026, 12:30:00 UTCby no account",
    );
    expect(screen.getByText("Not started")).toBeInTheDocument();
    expect(screen.getByText("No account")).toBeInTheDocument();
  });
});

describe("a long trail", { timeout: 30_000 }, () => {
  const long = statusesOf(
    Array.from({ length: 120 }, (_, index) => ({
      state: (["PENDING", "FAILED"] as const)[index % 2] as JobState,
      minute: index / 10,
    })),
  );

  it("pages in, fifty at a time, to its end", async () => {
    const { asked, environment } = await open();
    const job = { ...factsOf(long), statuses: page(long.slice(0, 50), { hasNextPage: true }) };
    act(() => environment.mock.resolveMostRecentOperation({ data: { job, lifecycle: LIFECYCLE } }));
    await userEvent.click(await screen.findByRole("button", { name: "Show older changes" }));
    expect(screen.getByText("50 of 120 shown")).toBeInTheDocument();
    expect(asked()).toEqual({
      name: "JobTrailPagesQuery",
      variables: { id: "job-1", first: 50, after: "status-71", last: null, before: null },
    });
    act(() =>
      environment.mock.resolveMostRecentOperation({
        data: {
          node: {
            ...factsOf(long),
            statuses: page(long.slice(50, 120), { hasPreviousPage: true }),
          },
        },
      }),
    );
    await waitFor(() => expect(entries()).toHaveLength(120));
    expect(screen.queryByRole("button", { name: "Show older changes" })).not.toBeInTheDocument();
  });

  it("keeps what it shows when older changes cannot be loaded, and tries again on request", async () => {
    const { environment } = await open();
    const job = { ...factsOf(long), statuses: page(long.slice(0, 50), { hasNextPage: true }) };
    act(() => environment.mock.resolveMostRecentOperation({ data: { job, lifecycle: LIFECYCLE } }));
    await userEvent.click(await screen.findByRole("button", { name: "Show older changes" }));
    act(() =>
      environment.mock.rejectMostRecentOperation(new RequestFailure("NETWORK", "Out of reach.")),
    );
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The older changes could not be loaded.",
    );
    expect(entries()).toHaveLength(50);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(environment.mock.getAllOperations()).toHaveLength(1);
  });
});

describe("while one looks", () => {
  it("what is new enters at the top, and is said aloud; what was paged in stays", async () => {
    const { answer, asked, environment, live } = await open();
    const before = statusesOf(RETRIED);
    answer(before);
    await screen.findByRole("heading", { level: 1 });

    const after = statusesOf([...RETRIED, { state: "FAILED", minute: 60, by: "worker" }]);
    const refreshed = live.refresh?.(new AbortController().signal);
    expect(asked()).toEqual({ name: "useLiveJobQuery", variables: { id: "job-1" } });
    await act(async () => {
      environment.mock.resolveMostRecentOperation({ data: { job: factsOf(after) } });
      await refreshed;
    });
    expect(screen.getByRole("status")).toHaveTextContent("Now Failed, set by worker");

    await waitFor(() =>
      expect(asked()).toEqual({
        name: "JobTrailPagesQuery",
        variables: { id: "job-1", first: null, after: null, last: 50, before: "status-4" },
      }),
    );
    act(() =>
      environment.mock.resolveMostRecentOperation({
        data: {
          node: { ...factsOf(after), statuses: page(after.slice(0, 1), { hasNextPage: true }) },
        },
      }),
    );
    await waitFor(() => expect(entries()).toHaveLength(5));
    expect(entries()[0]).toBe("Running to Failedjust now24 Nov 2026, 13:00:00 UTCby worker");
    expect(entries()[1]).toContain("stayed 1 min");
    // Complete as before: there is nothing older to ask for.
    expect(screen.queryByRole("button", { name: "Show older changes" })).not.toBeInTheDocument();
  });

  it("a change that came by stream is said aloud, and nothing is asked", async () => {
    const { answer, environment, live } = await open();
    answer(statusesOf(RETRIED));
    await screen.findByRole("heading", { level: 1 });
    const before = screen.getByRole("status").textContent;
    const change = { jobId: "job-1", before: "RUNNING", state: "FAILED", by: "worker" } as const;
    const tell = (...changes: LiveChange[]) =>
      act(async () => live.refresh?.(new AbortController().signal, changes));
    await tell({ ...change, jobId: "job-2" }, { ...change, before: "FAILED" });
    expect(screen.getByRole("status").textContent).toBe(before);
    await tell({ ...change, by: null });
    expect(screen.getByRole("status")).toHaveTextContent("Now Failed");
    await tell({ ...change, before: "PENDING", state: "RUNNING" }, change);
    expect(screen.getByRole("status")).toHaveTextContent("Now Failed, set by worker");
    expect(environment.mock.getAllOperations()).toHaveLength(0);
  });

  it("nothing is said or fetched further while nothing changes", async () => {
    const { answer, environment, live } = await open();
    const statuses = statusesOf(RETRIED);
    answer(statuses);
    await screen.findByRole("heading", { level: 1 });
    const said = screen.getByRole("status").textContent;
    const refreshed = live.refresh?.(new AbortController().signal);
    await act(async () => {
      environment.mock.resolveMostRecentOperation({ data: { job: factsOf(statuses) } });
      await refreshed;
    });
    expect(screen.getByRole("status").textContent).toBe(said);
    expect(environment.mock.getAllOperations()).toHaveLength(0);
  });

  it("a job that is deleted meanwhile gives way to a word about it", async () => {
    const { answer, environment, live } = await open();
    answer(statusesOf(RETRIED));
    await screen.findByRole("heading", { level: 1 });
    const refreshed = live.refresh?.(new AbortController().signal);
    await act(async () => {
      environment.mock.resolveMostRecentOperation({ data: { job: null } });
      await refreshed;
    });
    expect(screen.getByRole("heading", { name: "There is no such job" })).toBeInTheDocument();
  });
});

describe("without a job to show", () => {
  it("there is the shape of the page while it loads", async () => {
    await open();
    expect(screen.getByTestId("job-skeleton")).toHaveAttribute("aria-busy", "true");
  });

  it("it says that there is no such job", async () => {
    const { environment } = await open();
    act(() =>
      environment.mock.resolveMostRecentOperation({
        data: { job: null, lifecycle: LIFECYCLE },
      }),
    );
    expect(
      await screen.findByRole("heading", { name: "There is no such job" }),
    ).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "All jobs" })).toHaveAttribute("href", "/jobs");
  });

  it("an id that nothing could have means the same", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { environment } = await open("nonsense");
    act(() =>
      environment.mock.rejectMostRecentOperation(
        new RequestFailure("BAD_USER_INPUT", "Not an id."),
      ),
    );
    expect(
      await screen.findByRole("heading", { name: "There is no such job" }),
    ).toBeInTheDocument();
  });

  it("a failure is told apart from that, and can be tried again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { answer, environment } = await open();
    act(() =>
      environment.mock.rejectMostRecentOperation(
        new RequestFailure("NETWORK", "The server could not be reached."),
      ),
    );
    const alert = await screen.findByRole("alert");
    expect(alert).toHaveTextContent("The job could not be loaded");
    expect(alert).toHaveTextContent("The server could not be reached.");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(environment.mock.getAllOperations()).toHaveLength(1));
    answer(statusesOf(RETRIED));
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("nightly sync");
  });
});

describe("stepping through the list", () => {
  const position = (cursor: string) => ({
    search: { state: "FAILED" },
    cursor,
    jobId: `job-${cursor}`,
    name: cursor,
  });
  const previous = { jobId: "job-0", name: "the one before", list: position("a") };
  const next = { jobId: "job-2", name: "the one after", list: position("c") };
  const after = { jobId: "job-3", name: "the one after that", list: position("d") };
  const neighbours: Neighbours = {
    previous,
    next,
    reach: (steps) => (steps < 0 ? previous : steps === 1 ? next : after),
  };

  it("j and k lead on and back, and leave one way back to the list", async () => {
    vi.mocked(useNeighbours).mockReturnValue(neighbours);
    const { router } = await open();
    const entriesBefore = router.history.length;
    await userEvent.keyboard("j");
    await waitFor(() => expect(router.state.location.pathname).toBe("/jobs/job-2"));
    expect(router.state.location.state.list).toEqual(position("c"));
    await userEvent.keyboard("k");
    await waitFor(() => expect(router.state.location.pathname).toBe("/jobs/job-0"));
    expect(router.history.length).toBe(entriesBefore);
  });

  it("j before it is known who comes next leads there once it is, as often as it was pressed", async () => {
    let learn = () => {};
    vi.mocked(useNeighbours).mockImplementation(() => {
      const [now, setNow] = useState<Neighbours>({ ...nobody, reach: () => "unknown" });
      learn = () => setNow(neighbours);
      return now;
    });
    const { router } = await open();
    await userEvent.keyboard("jj");
    expect(router.state.location.pathname).toBe("/jobs/job-1");
    act(() => learn());
    await waitFor(() => expect(router.state.location.pathname).toBe("/jobs/job-3"));
    expect(router.state.location.state.list).toEqual(position("d"));
  });

  it("u leads back to the list", async () => {
    const { router } = await open();
    await userEvent.keyboard("u");
    await waitFor(() => expect(router.state.location.pathname).toBe("/jobs"));
  });

  it("j does nothing at the end", async () => {
    const { router } = await open();
    await userEvent.keyboard("j");
    expect(router.state.location.pathname).toBe("/jobs/job-1");
  });
});
