/** Staying up to date, and saying so when one is not. */
import { expect, rowOf, test, uniqueName } from "./fixtures";

test("rows in view change in place", async ({ signedIn, api }) => {
  const name = uniqueName("live");
  const { id } = await api.createJob(name);
  const page = await signedIn("viewer", `/jobs?name=${name}`);
  await expect(rowOf(page, name)).toContainText("Pending");
  await api.setStatus(id, "RUNNING");
  await expect(rowOf(page, name)).toContainText("Running");
});

test("what is new waits above, counted, until it is asked for", async ({ signedIn, api }) => {
  const page = await signedIn("viewer");
  const first = page.locator('[data-index="0"] a');
  await expect(first).toBeVisible();
  const before = (await first.textContent()) ?? "";
  const name = uniqueName("new");
  await api.createJob(`${name}-1`);
  await api.createJob(`${name}-2`);
  await expect(page.getByRole("button", { name: "2 new" })).toBeVisible();
  await expect(first).toHaveText(before);
  await page.getByRole("button", { name: "2 new" }).click();
  await expect(first).toHaveText(`${name}-2`);
  await expect(page.getByRole("button", { name: "2 new" })).toBeHidden();
});

test("a hidden page rests and catches up when it is looked at", async ({ signedIn }) => {
  const page = await signedIn();
  const live = page.locator('[data-state="live"]');
  await expect(live).toBeVisible();
  await page.clock.install();
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  // A glance elsewhere changes nothing.
  await expect(live).toBeVisible();
  await page.clock.runFor(11_000);
  await expect(page.getByText("Paused", { exact: true })).toBeVisible();
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect(live).toBeVisible();
});

test("a server that stops and comes back", async ({ signedIn, server, expectedErrors }) => {
  expectedErrors.push(/Failed to load resource/);
  const page = await signedIn();
  const row = page.locator('[data-index="0"]');
  await expect(row).toBeVisible();
  await server.stop();
  try {
    await expect(page.getByRole("button", { name: "Reconnecting" })).toBeVisible();
    await expect(row).toBeVisible();
    await page.getByRole("button", { name: /^Failed/ }).click();
    await expect(page.getByRole("heading", { name: "The jobs could not be loaded" })).toBeVisible();
  } finally {
    await server.start();
  }
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(page.getByRole("row", { name: /Failed/ }).first()).toBeVisible();
});
