/** One stream of changes: nothing is asked for again and again, and nothing is missed. */
import type { Page } from "@playwright/test";
import { expect, rowOf, test, uniqueName } from "./fixtures";

/** Twice as long as a poll would wait, and more. */
const QUIET_MS = 5_000;

/** Requests of the page from now on, by operation; of lists, whether they ask for rows again. */
function requestsOf(page: Page): { name: string; rows: number }[] {
  const seen: { name: string; rows: number }[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/graphql")) return;
    const { operationName, variables } = request.postDataJSON();
    seen.push({ name: operationName, rows: variables?.ids?.length ?? 0 });
  });
  return seen;
}

function streamOf(page: Page) {
  return page.waitForRequest(
    (request) => request.postDataJSON()?.operationName === "JobChangesSubscription",
    { timeout: 60_000 },
  );
}

/** Once on its stream, a page reads once more what may have changed before, and is quiet then. */
async function settled(page: Page) {
  const seen = requestsOf(page);
  await expect(page.locator('[data-state="live"]')).toBeVisible();
  await expect
    .poll(
      async () => {
        const before = seen.length;
        await page.waitForTimeout(QUIET_MS);
        return seen.length - before;
      },
      { timeout: 60_000 },
    )
    .toBe(0);
}

test("a change in one browser shows in another, without a poll", async ({ signedIn, api }) => {
  const name = uniqueName("stream");
  await api.createJob(name);
  const watcher = await signedIn("viewer", `/jobs?name=${name}`);
  const actor = await signedIn("operator", `/jobs?name=${name}`);
  await expect(rowOf(watcher, name)).toContainText("Pending");
  await settled(watcher);

  const asked = requestsOf(watcher);
  await watcher.waitForTimeout(QUIET_MS);
  expect(asked).toEqual([]);

  await rowOf(actor, name).getByRole("link").focus();
  const changed = actor.waitForResponse(
    (response) =>
      response.request().postDataJSON()?.operationName === "operationsSetStatusMutation",
  );
  await actor.keyboard.press("s");
  await actor.getByRole("menuitem", { name: "Running", exact: true }).click();
  await changed;
  await expect(rowOf(watcher, name)).toContainText("Running", { timeout: 2_000 });
  // Figures are asked for, and the chart now and then; rows are not.
  await watcher.waitForTimeout(QUIET_MS);
  const figures = asked.filter(({ name: what }) => what !== "ActivityQuery");
  expect(figures).toEqual([{ name: "ListWatchQuery", rows: 0 }]);
});

test("what is new is counted, and the counts follow", async ({ signedIn, api }) => {
  const watcher = await signedIn("viewer");
  await settled(watcher);
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
  const page = await signedIn("viewer", `/jobs?name=${name}`);
  await expect(rowOf(page, name)).toContainText("Pending");
  await settled(page);
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
  const page = await signedIn("viewer", `/jobs?name=${name}`);
  await expect(rowOf(page, name)).toContainText("Pending");
  await settled(page);
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
  const page = await signedIn("viewer", "/login");
  await page.route("**/graphql", async (route) => {
    const isStream = route.request().headers().accept === "text/event-stream";
    if (isStream) await route.fulfill({ status: 502, body: "Bad gateway" });
    else await route.continue();
  });
  await page.goto(`/jobs?name=${name}`);
  await expect(rowOf(page, name)).toContainText("Pending");
  await api.setStatus(id, "RUNNING");
  await expect(rowOf(page, name)).toContainText("Running");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});
