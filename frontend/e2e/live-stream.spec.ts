/** One stream of changes: nothing is asked for again and again, and nothing is missed. */
import type { Page, Request } from "@playwright/test";
import { operationOf } from "./api";
import { expect, rowOf, type SignedIn, test, uniqueName } from "./fixtures";

/** Longer than two polls would take, by the page's own clock. */
const QUIET_MS = 4_500;
/** How long a change can be undone before it is sent. */
const UNDO_MS = 5_000;

/** Requests of the page from now on, by operation; of lists, whether they ask for rows again. */
function requestsOf(page: Page): { name: string; rows: number }[] {
  const seen: { name: string; rows: number }[] = [];
  page.on("request", (request) => {
    const name = operationOf(request);
    // The chart is drawn anew now and then.
    if (!name || name === "ActivityQuery") return;
    seen.push({ name, rows: request.postDataJSON().variables?.ids?.length ?? 0 });
  });
  return seen;
}

/** How many answers the page waits for; its stream never ends. */
function underWay(page: Page): () => number {
  const open = new Set<Request>();
  page.on("request", (request) => {
    if (operationOf(request) !== "JobChangesSubscription") open.add(request);
  });
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
  return () => open.size;
}

function streamOf(page: Page) {
  return page.waitForRequest((request) => operationOf(request) === "JobChangesSubscription", {
    timeout: 60_000,
  });
}

/**
 * Opens a page whose clock is ours. Once on its stream, it reads once more what it had before, if
 * it had anything, and is quiet then.
 */
async function settledOn(path: string, signedIn: SignedIn): Promise<Page> {
  let seen: ReturnType<typeof requestsOf> = [];
  let open = () => 0;
  const page = await signedIn("viewer", path, async (blank) => {
    seen = requestsOf(blank);
    open = underWay(blank);
    await blank.clock.install();
  });
  await expect(page.locator('[data-state="live"]')).toBeVisible();
  await expect
    .poll(
      async () => {
        const before = seen.length;
        await page.clock.runFor(QUIET_MS);
        await expect.poll(open, { intervals: [50] }).toBe(0);
        const names = seen.map(({ name }) => name);
        const onStream = names.slice(names.indexOf("JobChangesSubscription"));
        const isFresh = onStream.some((name) => /^(JobPages|JobChangesRenew)Query$/.test(name));
        return isFresh && seen.length === before;
      },
      { timeout: 60_000, intervals: [100] },
    )
    .toBe(true);
  return page;
}

test("a change in one browser shows in another, without a poll", async ({ signedIn, api }) => {
  const name = uniqueName("stream");
  await api.createJob(name);
  const watcher = await settledOn(`/jobs?name=${name}`, signedIn);
  const actor = await signedIn("operator", `/jobs?name=${name}`);
  await expect(rowOf(watcher, name)).toContainText("Pending");

  const asked = requestsOf(watcher);
  await watcher.clock.runFor(QUIET_MS);
  expect(asked).toEqual([]);

  await rowOf(actor, name).getByRole("link").focus();
  const changed = actor.waitForResponse(
    (response) => operationOf(response.request()) === "operationsSetStatusMutation",
  );
  await actor.clock.install();
  await actor.keyboard.press("s");
  await actor.getByRole("menuitem", { name: "Running", exact: true }).click();
  await actor.clock.runFor(UNDO_MS);
  await changed;
  await expect(rowOf(watcher, name)).toContainText("Running", { timeout: 2_000 });
  // Figures are asked for; rows are not.
  await watcher.clock.runFor(QUIET_MS);
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  await watcher.clock.runFor(QUIET_MS);
  expect(asked).toEqual([{ name: "ListWatchQuery", rows: 0 }]);
});

test("what is new is counted, and the counts follow", async ({ signedIn, api }) => {
  const watcher = await settledOn("/jobs", signedIn);
  const asked = requestsOf(watcher);
  const pending = watcher.getByRole("button", { name: /^Pending/ });
  const before = await pending.textContent();
  await api.createJob(uniqueName("pill"));
  await expect(watcher.getByRole("button", { name: "1 new" })).toBeVisible();
  expect(await pending.textContent()).not.toBe(before);
  expect(asked.filter(({ rows }) => rows > 0)).toEqual([]);
});

test("a server that was away: the stream resumes and misses nothing", async ({
  signedIn,
  api,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(/Failed to load resource/, /ERR_/);
  const name = uniqueName("resume");
  const { id } = await api.createJob(name);
  const page = await settledOn(`/jobs?name=${name}`, signedIn);
  await expect(rowOf(page, name)).toContainText("Pending");
  await server.stop();
  await expect(page.getByRole("button", { name: "Reconnecting" })).toBeVisible();
  const resumed = streamOf(page);
  await server.start();
  await api.setStatus(id, "RUNNING");
  await expect(rowOf(page, name)).toContainText("Running");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  expect((await resumed).postDataJSON().variables.after).toEqual(expect.any(String));
  await api.setStatus(id, "COMPLETED");
  await expect(rowOf(page, name)).toContainText("Completed", { timeout: 5_000 });
});

test("a page that is paused counts what comes in, and shows it afterwards", async ({
  signedIn,
  api,
}) => {
  const name = uniqueName("paused");
  const { id } = await api.createJob(name);
  const page = await settledOn(`/jobs?name=${name}`, signedIn);
  await expect(rowOf(page, name)).toContainText("Pending");
  await page.getByRole("button", { name: "Live" }).click();
  await api.setStatus(id, "RUNNING");
  await api.setStatus(id, "FAILED");
  const paused = page.getByRole("button", { name: "Paused 2 changes" });
  await expect(paused).toBeVisible();
  await expect(rowOf(page, name)).toContainText("Pending");
  await paused.click();
  await expect(rowOf(page, name)).toContainText("Failed");
});

test("where streams are blocked, a poll keeps the page up to date", async ({
  signedIn,
  api,
  expectedErrors,
}) => {
  expectedErrors.push(/Failed to load resource/);
  const name = uniqueName("blocked");
  const { id } = await api.createJob(name);
  const page = await signedIn("viewer", `/jobs?name=${name}`, async (blank) => {
    await blank.route("**/graphql", async (route) => {
      const isStream = route.request().headers().accept === "text/event-stream";
      if (isStream) await route.fulfill({ status: 502, body: "Bad gateway" });
      else await route.continue();
    });
  });
  await expect(rowOf(page, name)).toContainText("Pending");
  await api.setStatus(id, "RUNNING");
  await expect(rowOf(page, name)).toContainText("Running");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});
