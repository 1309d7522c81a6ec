import { MantineProvider } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { act, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { RelayEnvironmentProvider } from "react-relay";
import { describe, expect, it, vi } from "vitest";
import { CreateJobContext } from "#/jobs/create/CreateJobContext";
import { JobsPage } from "#/jobs/list/JobsPage";
import { noteOwnJob } from "#/jobs/list/ListWatch";
import { readSearch } from "#/jobs/list/search";
import { StatusChanges } from "#/jobs/status/StatusChanges";
import { StatusChangesContext } from "#/jobs/status/StatusChangesContext";
import type { Live, Refresh } from "#/live/live";
import { LiveContext } from "#/live/useLive";
import { RequestFailure } from "#/relay/transport";
import { SessionContext } from "#/session/SessionContext";
import type { Permission } from "#/session/session";
import { type Asked, aJob, testServer } from "#/test/environment";
import { testSession } from "#/test/session";

vi.mock("#/jobs/charts/ActivityPanel", () => ({ ActivityPanel: () => null }));
configure({ asyncUtilTimeout: 10_000 });

interface World {
  jobs: number[];
  newer: number[];
  total: { value: number; precision: "EXACT" | "AT_LEAST" };
  fails?: boolean;
  /** Everything, unless told. */
  permissions?: readonly Permission[];
}

function answerOf(world: World) {
  return ({ name, variables }: Asked) => {
    if (world.fails) throw new RequestFailure("NETWORK", "The server could not be reached.");
    if (name === "JobPagesQuery") {
      const edges = world.jobs.map((index) => ({ cursor: `c${index}`, node: aJob(index) }));
      return { jobs: { edges, pageInfo: { hasNextPage: false } } };
    }
    expect(name).toBe("ListWatchQuery");
    return {
      jobCounts: ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"].map((state, index) => ({
        state,
        count: index * 1_000,
      })),
      matching: { totalCount: world.total },
      nodes: variables.ids.map((id: string) => aJob(Number(id.slice("job-".length)))),
      newer: { edges: world.newer.map((index) => ({ node: aJob(index) })) },
    };
  };
}

async function show(world: World, path = "/jobs") {
  const { environment, asked } = testServer(answerOf(world));
  const refreshes = new Set<Refresh>();
  const refresh = () =>
    act(async () => {
      await Promise.allSettled([...refreshes].map((one) => one(new AbortController().signal)));
    });
  const live: Live = {
    watch: (one) => {
      refreshes.add(one);
      return () => refreshes.delete(one);
    },
    nudge: () => {},
    setPaused: () => {},
    waiting: () => 0,
    state: () => "live",
    subscribe: () => () => {},
  };
  const onCreate = vi.fn();
  const root = createRootRoute({
    component: () => (
      <MantineProvider env="test">
        <RelayEnvironmentProvider environment={environment}>
          <SessionContext value={testSession(world.permissions)}>
            <LiveContext value={live}>
              <StatusChangesContext value={new StatusChanges(environment, () => {})}>
                <CreateJobContext value={onCreate}>
                  <Outlet />
                </CreateJobContext>
              </StatusChangesContext>
            </LiveContext>
          </SessionContext>
        </RelayEnvironmentProvider>
      </MantineProvider>
    ),
  });
  const signedIn = createRoute({ getParentRoute: () => root, id: "_signedIn" });
  const list = createRoute({
    getParentRoute: () => signedIn,
    path: "/jobs/",
    validateSearch: readSearch,
    component: JobsPage,
  });
  const job = createRoute({
    getParentRoute: () => signedIn,
    path: "/jobs/$jobId",
    component: () => <p>one job</p>,
  });
  const router = createRouter({
    routeTree: root.addChildren([signedIn.addChildren([list, job])]),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: not the router of the whole client
  render(<RouterProvider router={router as any} />);
  await screen.findByRole("heading", { level: 1 });
  return { router, asked, refresh, onCreate };
}

const exactly = (value: number) => ({ value, precision: "EXACT" as const });

describe("what stands where there are no rows", () => {
  it("nothing yet", async () => {
    const { onCreate } = await show({ jobs: [], newer: [], total: exactly(0) });
    expect(await screen.findByRole("heading", { name: "No jobs yet" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Create the first one" }));
    expect(onCreate).toHaveBeenCalledTimes(1);
  });

  it("nothing that matches, which clearing the filters mends", async () => {
    const { router } = await show(
      { jobs: [], newer: [], total: exactly(0) },
      "/jobs?state=FAILED&name=x&order=oldest",
    );
    const empty = await screen.findByRole("heading", { name: "No job matches" });
    const section = empty.closest("section") as HTMLElement;
    await userEvent.click(within(section).getByRole("button", { name: "Clear filters" }));
    await waitFor(() => expect(router.state.location.search).toEqual({ order: "oldest" }));
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  });

  it("a failure, which can be tried again", async () => {
    const world: World = { jobs: [1], newer: [], total: exactly(1), fails: true };
    await show(world);
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The jobs could not be loadedThe server could not be reached.Retry",
    );
    world.fails = false;
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByRole("link", { name: "job number 1" })).toBeVisible();
  });
});

describe("an account that may only look", () => {
  const permissions = ["VIEW_JOBS"] as const;

  it("is not offered to create a first job", async () => {
    await show({ jobs: [], newer: [], total: exactly(0), permissions });
    expect(await screen.findByRole("heading", { name: "No jobs yet" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Create the first one" })).toBeNull();
  });

  it("is not offered to change one, by pointer or by key", async () => {
    await show({ jobs: [1], newer: [], total: exactly(1), permissions });
    const link = await screen.findByRole("link", { name: "job number 1" });
    expect(screen.queryByRole("button", { name: /^Change status/ })).toBeNull();
    link.focus();
    await userEvent.keyboard("s");
    expect(screen.queryByRole("menu")).toBeNull();
  });
});

describe("counts", () => {
  it("say when they are a lower bound", async () => {
    const { refresh } = await show(
      { jobs: [1], newer: [], total: { value: 10_000, precision: "AT_LEAST" } },
      "/jobs?name=job",
    );
    await refresh();
    expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("10,000+ jobs");
    expect(screen.getByRole("button", { name: /^Failed ?3,000$/ })).toBeVisible();
    expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "-1");
  });
});

describe("rows that would enter", () => {
  it("wait above, counted, until asked for", async () => {
    const world: World = { jobs: [1], newer: [], total: exactly(1) };
    const { refresh } = await show(world);
    await screen.findByRole("link", { name: "job number 1" });
    world.newer = [3, 2];
    world.jobs = [3, 2, 1];
    await refresh();
    expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual(["job number 1"]);
    await userEvent.click(screen.getByRole("button", { name: "2 new" }));
    expect(await screen.findByRole("link", { name: "job number 3" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "2 new" })).toBeNull();
  });

  it("enter at once where the reader made them and is at the top", async () => {
    const world: World = { jobs: [1], newer: [], total: exactly(1) };
    const { refresh } = await show(world);
    await screen.findByRole("link", { name: "job number 1" });
    noteOwnJob("job-9");
    world.newer = [9];
    world.jobs = [9, 1];
    await refresh();
    expect(await screen.findByRole("link", { name: "job number 9" })).toBeVisible();
  });
});

describe("keys in the list", () => {
  it("are not lost where they come faster than the focus moves", async () => {
    await show({ jobs: [1, 2, 3], newer: [], total: exactly(3) });
    const user = userEvent.setup({ delay: null });
    (await screen.findByRole("link", { name: "job number 1" })).focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    await waitFor(() => expect(screen.getByRole("link", { name: "job number 3" })).toHaveFocus());
  });
});

describe("opening a job", () => {
  it("takes along where it stands in the list", async () => {
    const { router } = await show(
      { jobs: [1, 2], newer: [], total: exactly(2) },
      "/jobs?state=PENDING",
    );
    await userEvent.click(await screen.findByRole("link", { name: "job number 2" }));
    expect(await screen.findByText("one job")).toBeVisible();
    expect(router.state.location.pathname).toBe("/jobs/job-2");
    expect(router.state.location.state.list).toEqual({
      search: { state: "PENDING" },
      cursor: "c2",
      jobId: "job-2",
      name: "job number 2",
    });
  });
});
