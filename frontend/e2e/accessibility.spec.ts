/** axe finds nothing: on any view, in light and dark, on a desk and on a phone. */
import { expect, expectAccessible, rowOf, test, uniqueName } from "./fixtures";

/** How long a change can be undone. */
const UNDO_MS = 5_000;
/** A way into each state. */
const WAYS = [[], ["RUNNING"], ["RUNNING", "COMPLETED"], ["FAILED"], ["CANCELLED"]];

for (const [device, viewport] of [
  ["desk", { width: 1280, height: 800 }],
  ["phone", { width: 390, height: 844 }],
] as const) {
  test.describe(device, () => {
    test.use({ viewport, contextOptions: { viewport } });

    test("sign-in", async ({ page }) => {
      await page.goto("/login");
      await page.getByLabel("Username").waitFor();
      await expectAccessible(page);
    });

    // A row for each state stands for all rows: axe looks at every one of them.
    test("list", async ({ signedIn, api }) => {
      const name = uniqueName("axe");
      for (const [index, states] of WAYS.entries()) {
        const { id } = await api.createJob(`${name}-${index}`);
        for (const state of states) await api.setStatus(id, state);
      }
      const page = await signedIn("operator", `/jobs?name=${name}`);
      await expect(page.getByRole("link", { name })).toHaveCount(WAYS.length);
      await expectAccessible(page);
    });

    test("dropdowns and dialogs", async ({ signedIn, api }) => {
      const name = uniqueName("axe");
      await api.createJob(name);
      const page = await signedIn("operator", `/jobs?name=${name}`);
      await expect(rowOf(page, name)).toBeVisible();
      await page.getByRole("button", { name: "Created", exact: true }).click();
      await page.getByLabel(/^From/).waitFor();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Display settings" }).click();
      await page.getByText("Time zone").waitFor();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.keyboard.press("n");
      await page.getByRole("dialog", { name: "New job" }).waitFor();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog", { name: "New job" })).toBeHidden();
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await expectAccessible(page);
    });

    test("nothing found, a change under way", async ({ signedIn, api }) => {
      const name = uniqueName("axe");
      await api.createJob(name);
      const page = await signedIn("operator", `/jobs?name=${name}-nothing`);
      await page.getByRole("heading", { name: "No job matches" }).waitFor();
      await expectAccessible(page);
      await page.goto(`/jobs?name=${name}`);
      await rowOf(page, name)
        .getByRole("button", { name: /^Change status/ })
        .click();
      await page.getByRole("menu").waitFor();
      await expectAccessible(page);
      // What would end after five seconds stays, so that there is time to look at it.
      await page.evaluate((longest) => {
        const start = window.setTimeout;
        window.setTimeout = ((run: () => void, delay = 0) =>
          delay < longest ? start(run, delay) : 0) as typeof window.setTimeout;
      }, UNDO_MS);
      await page.getByRole("menuitem", { name: "Running", exact: true }).click();
      await page.getByRole("button", { name: "Undo" }).first().waitFor();
      await expectAccessible(page);
    });

    test("one job", async ({ signedIn, api }) => {
      const { id } = await api.createJob(uniqueName("axe"));
      await api.setStatus(id, "RUNNING");
      await api.setStatus(id, "FAILED", "exit code 1");
      const page = await signedIn("operator", `/jobs/${id}`);
      await page.getByText("exit code 1").waitFor();
      await expectAccessible(page);
    });
  });
}
