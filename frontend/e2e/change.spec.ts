/** Changing a job's status: optimistic, undoable, honest about who was faster. */
import type { Page } from "@playwright/test";
import { operationOf } from "./api";
import { expect, notices, promisedEverything, rowOf, test, uniqueName } from "./fixtures";

/** How long a change can be undone. */
const UNDO_MS = 5_000;

/** Writes of the page from now on. */
function writesOf(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => {
    const name = operationOf(request);
    if (name?.includes("SetStatus")) seen.push(name);
  });
  return seen;
}

function written(page: Page) {
  return page.waitForResponse((response) =>
    Boolean(operationOf(response.request())?.includes("SetStatus")),
  );
}

async function choose(page: Page, name: string, state: string): Promise<void> {
  await rowOf(page, name)
    .getByRole("button", { name: `Change status of ${name}` })
    .click();
  await page.getByRole("menuitem", { name: state, exact: true }).click();
}

test("offers exactly the allowed moves, shows the new state at once and sends it after five seconds", async ({
  signedIn,
  api,
}) => {
  const name = uniqueName("change");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  const row = rowOf(page, name);
  await row.getByRole("button", { name: `Change status of ${name}` }).click();
  await expect(page.getByRole("menuitem")).toHaveText([
    "Running",
    "Cancelled…",
    "Failed…",
    "Running, with a reason…",
  ]);
  const sent = writesOf(page);
  await page.clock.install();
  const before = Date.now();
  await page.getByRole("menuitem", { name: "Running", exact: true }).click();
  await page.clock.pauseAt(before + UNDO_MS - 1);
  await expect(row).toContainText("Running");
  await expect(page.getByRole("link", { name })).toBeFocused();
  expect(sent).toEqual([]);
  const answered = written(page);
  await page.clock.resume();
  await page.clock.runFor(UNDO_MS);
  await answered;
  expect(sent).toHaveLength(1);
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
  await page.reload();
  await expect(row).toContainText("Running");
});

test("undo takes it back before anything was sent", async ({ signedIn, api }) => {
  const name = uniqueName("undo");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  const sent = writesOf(page);
  await page.clock.install();
  await choose(page, name, "Running");
  await expect(rowOf(page, name)).toContainText("Running");
  await notices(page).getByRole("button", { name: "Undo" }).click();
  await expect(rowOf(page, name)).toContainText("Pending");
  await page.clock.runFor(2 * UNDO_MS);
  expect(sent).toEqual([]);
});

test("failing asks why, and the reason becomes part of the trail", async ({ signedIn, api }) => {
  const name = uniqueName("why");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  await page.clock.install();
  await choose(page, name, "Failed…");
  const dialog = page.getByRole("dialog", { name: "Mark as failed" });
  await expect(dialog.getByRole("textbox", { name: "Reason" })).toBeFocused();
  await page.keyboard.type("exit code 137");
  await dialog.getByRole("button", { name: "Mark as failed" }).click();
  await expect(rowOf(page, name)).toContainText("Failed");
  const answered = written(page);
  await page.clock.runFor(UNDO_MS);
  await answered;
  await page.getByRole("link", { name }).click();
  await expect(page.getByText("exit code 137")).toBeVisible();
});

test("who was faster wins, and the other is told who, what and when", async ({ signedIn, api }) => {
  const name = uniqueName("conflict");
  const { id } = await api.createJob(name);
  const path = `/jobs?name=${name}`;
  const slow = await signedIn("operator", path);
  const fast = await signedIn("admin", path);
  await choose(fast, name, "Cancelled…");
  await fast.getByRole("textbox", { name: "Reason" }).fill("not needed");

  await slow.clock.install();
  await slow.clock.pauseAt(Date.now() + 1_000);
  await choose(slow, name, "Running");
  await expect(rowOf(slow, name)).toContainText("Running");
  await fast.clock.install();
  await fast.getByRole("button", { name: "Mark as cancelled" }).click();
  await fast.clock.runFor(UNDO_MS);
  await expect.poll(() => api.stateOf(id)).toBe("CANCELLED");
  await slow.clock.runFor(UNDO_MS);

  await expect(notices(slow).getByText(`${name} was changed meanwhile`)).toBeVisible();
  await expect(
    notices(slow).getByText(/admin made it cancelled (just now|\d+ s ago) \(not needed\)\./),
  ).toBeVisible();
  await expect(rowOf(slow, name)).toContainText("Cancelled");
});

test("a lost connection rolls back and offers a retry", async ({
  signedIn,
  api,
  expectedErrors,
}) => {
  expectedErrors.push(/ERR_FAILED/);
  const name = uniqueName("retry");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  let lost = 0;
  await page.route("/graphql", async (route) => {
    if (lost === 0 && operationOf(route.request())?.includes("SetStatus")) {
      lost += 1;
      await route.abort();
    } else await route.continue();
  });
  await page.clock.install();
  await choose(page, name, "Running");
  await page.clock.runFor(UNDO_MS);
  await expect(notices(page).getByText(`${name} could not be changed`)).toBeVisible();
  await expect(rowOf(page, name)).toContainText("Pending");
  await notices(page).getByRole("button", { name: "Retry" }).click();
  await expect(rowOf(page, name)).toContainText("Running");
  await expect(notices(page).getByText(`${name} could not be changed`)).toBeHidden();
});

test("a viewer is not offered to change jobs, or to create them", async ({ signedIn, api }) => {
  const name = uniqueName("viewer");
  const { id } = await api.createJob(name);
  const page = await signedIn("viewer", `/jobs?name=${name}`);
  await rowOf(page, name).getByRole("link").focus();
  await page.keyboard.press("s");
  await page.keyboard.press("n");
  await expect(page.getByRole("button", { name: /^Change status/ })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "New job" })).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.goto(`/jobs/${id}`);
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page.getByRole("button", { name: "Change status" })).toHaveCount(0);
});

test("who may no longer change jobs is told kindly, and not offered it again", async ({
  signedIn,
  api,
}) => {
  const name = uniqueName("demoted");
  await api.createJob(name);
  const page = await signedIn("viewer", `/jobs?name=${name}`, promisedEverything);
  await page.clock.install();
  await choose(page, name, "Running");
  await page.clock.runFor(UNDO_MS);
  await expect(notices(page).getByText("This account can look, but not change jobs")).toBeVisible();
  await expect(rowOf(page, name)).toContainText("Pending");
  await expect(page.getByRole("button", { name: `Change status of ${name}` })).toHaveCount(0);
});
