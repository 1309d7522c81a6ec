/** Changing a job's status: optimistic, undoable, honest about who was faster. */
import type { Page } from "@playwright/test";
import { expect, notices, rowOf, test, uniqueName } from "./fixtures";

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
  const sent = page.waitForRequest((request) => !!request.postData()?.includes("setJobStatus"));
  await page.getByRole("menuitem", { name: "Running", exact: true }).click();
  await expect(row).toContainText("Running");
  await expect(page.getByRole("link", { name })).toBeFocused();
  await sent;
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(0);
  await page.reload();
  await expect(row).toContainText("Running");
});

test("undo takes it back before anything was sent", async ({ signedIn, api }) => {
  const name = uniqueName("undo");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.postData()?.includes("setJobStatus")) sent.push(request.url());
  });
  await choose(page, name, "Running");
  await expect(rowOf(page, name)).toContainText("Running");
  await notices(page).getByRole("button", { name: "Undo" }).click();
  await expect(rowOf(page, name)).toContainText("Pending");
  await page.waitForTimeout(6_000);
  expect(sent).toEqual([]);
});

test("failing asks why, and the reason becomes part of the trail", async ({ signedIn, api }) => {
  const name = uniqueName("why");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  await choose(page, name, "Failed…");
  const dialog = page.getByRole("dialog", { name: "Mark as failed" });
  await expect(dialog.getByRole("textbox", { name: "Reason" })).toBeFocused();
  await page.keyboard.type("exit code 137");
  await dialog.getByRole("button", { name: "Mark as failed" }).click();
  await expect(rowOf(page, name)).toContainText("Failed");
  const sent = page.waitForResponse(
    (response) => !!response.request().postData()?.includes("setJobStatus"),
  );
  await sent;
  await page.getByRole("link", { name }).click();
  await expect(page.getByText("exit code 137")).toBeVisible();
});

test("who was faster wins, and the other is told who, what and when", async ({ signedIn, api }) => {
  const name = uniqueName("conflict");
  await api.createJob(name);
  const path = `/jobs?name=${name}`;
  const slow = await signedIn("operator", path);
  const fast = await signedIn("admin", path);
  await choose(fast, name, "Cancelled…");
  await fast.getByRole("textbox", { name: "Reason" }).fill("not needed");

  await choose(slow, name, "Running");
  await expect(rowOf(slow, name)).toContainText("Running");
  await fast.getByRole("button", { name: "Mark as cancelled" }).click();
  // Closing a page sends what waits.
  await fast.goto("about:blank");

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
    if (lost === 0 && route.request().postData()?.includes("setJobStatus")) {
      lost += 1;
      await route.abort();
    } else await route.continue();
  });
  await choose(page, name, "Running");
  await expect(notices(page).getByText(`${name} could not be changed`)).toBeVisible();
  await expect(rowOf(page, name)).toContainText("Pending");
  await notices(page).getByRole("button", { name: "Retry" }).click();
  await expect(rowOf(page, name)).toContainText("Running");
  await expect(notices(page).getByText(`${name} could not be changed`)).toBeHidden();
});

test("a viewer is told kindly, and not offered it again", async ({ signedIn, api }) => {
  const name = uniqueName("viewer");
  await api.createJob(name);
  const page = await signedIn("viewer", `/jobs?name=${name}`);
  await choose(page, name, "Running");
  await expect(notices(page).getByText("This account can look, but not change jobs")).toBeVisible();
  await expect(rowOf(page, name)).toContainText("Pending");
  await expect(page.getByRole("button", { name: `Change status of ${name}` })).toHaveCount(0);
});
