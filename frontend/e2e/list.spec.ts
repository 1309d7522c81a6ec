/** The list: filters, the URL, scrolling, the way back, the keyboard. */
import { operationOf } from "./api";
import { expect, rowOf, test, uniqueName } from "./fixtures";

test("chips count and filter, and the URL tells", async ({ signedIn }) => {
  const page = await signedIn();
  const chip = page.getByRole("button", { name: /^Failed \d/ });
  await chip.click();
  await expect(page).toHaveURL(/\/jobs\?state=FAILED$/);
  const count = (await chip.textContent())?.replace(/\D/g, "");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${count} jobs`);
  await page.getByRole("button", { name: /^Cancelled/ }).click();
  await expect(page).toHaveURL(/state=FAILED,CANCELLED$/);
  await page.goBack();
  await expect(page).toHaveURL(/state=FAILED$/);
  await page.goBack();
  await expect(chip).toHaveAttribute("aria-pressed", "false");
});

test("a name is found by its beginning, or anywhere in it", async ({ signedIn, api }) => {
  const name = uniqueName("search");
  await api.createJob(name);
  const page = await signedIn();
  await expect(page.getByRole("row").nth(2)).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type(name.slice(0, -2).toUpperCase());
  await expect(page).toHaveURL(/name=E2E-SEARCH/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("1 job");
  await expect(rowOf(page, name)).toBeVisible();

  await page.getByRole("searchbox").fill(name.slice(4));
  await expect(page.getByRole("heading", { name: "No job matches" })).toBeVisible();
  await page.getByRole("button", { name: "contains" }).click();
  await expect(page).toHaveURL(/match=contains/);
  await expect(rowOf(page, name)).toBeVisible();

  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\/jobs$/);
  await expect(page.getByRole("searchbox")).toHaveValue("");
});

test("a pasted id opens the job", async ({ signedIn, api }) => {
  const name = uniqueName("paste");
  const { id } = await api.createJob(name);
  const page = await signedIn();
  const search = page.getByRole("searchbox");
  await search.focus();
  await search.evaluate((field, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, id);
  await expect(page).toHaveURL(new RegExp(`/jobs/${id}$`));
  await expect(page.getByRole("heading", { name })).toBeVisible();
});

test("a link with filters opens just that list", async ({ signedIn, api }) => {
  const name = uniqueName("deep");
  const { id } = await api.createJob(name);
  await api.setStatus(id, "CANCELLED");
  const page = await signedIn(
    "viewer",
    `/jobs?state=CANCELLED&name=${name}&created=1h&order=oldest`,
  );
  await expect(rowOf(page, name)).toContainText("Cancelled");
  await expect(page.getByRole("button", { name: "Created: Last hour" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Order: Oldest first" })).toBeVisible();
});

test("filters by time and by creator", async ({ signedIn, api }) => {
  const name = uniqueName("by");
  await api.createJob(name);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  await page.getByRole("button", { name: "Created", exact: true }).click();
  await page.getByRole("button", { name: "Last 24 hours" }).click();
  await expect(page).toHaveURL(/created=24h/);
  await expect(rowOf(page, name)).toBeVisible();

  await page.getByRole("button", { name: "Created by" }).click();
  await page.getByRole("textbox", { name: "Username starts with" }).fill("adm");
  await page.getByRole("button", { name: "admin" }).click();
  await expect(page.getByRole("button", { name: "Created by: admin", exact: true })).toBeFocused();
  await expect(rowOf(page, name)).toBeVisible();

  await page.getByRole("button", { name: "Changed", exact: true }).click();
  await page.getByRole("textbox", { name: /^From/ }).fill("2001-01-01T00:00");
  await page.getByRole("textbox", { name: /^To/ }).fill("2001-01-02T00:00");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/changed=2000-12-31T23:00:00.000Z\.\.2001-01-01T23:00:00.000Z/);
  await expect(page.getByRole("heading", { name: "No job matches" })).toBeVisible();
});

test("scrolls through every row, keeps few of them, and comes back to where one left", async ({
  signedIn,
}) => {
  const page = await signedIn();
  const rows = page.locator("[data-index]");
  await expect(rows.first()).toBeVisible();
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
        return page.getByText("That is all of them.").isVisible();
      },
      { timeout: 60_000, intervals: [50] },
    )
    .toBe(true);
  expect(await rows.count()).toBeLessThan(80);

  // Rows that were let go of come again.
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight / 3));
  const link = page.locator("[data-index] a").nth(12);
  await expect(link).toBeVisible();
  const name = await link.textContent();
  const before = await page.evaluate(() => window.scrollY);
  await link.click();
  await expect(page).toHaveURL(/\/jobs\/.+/);
  await page.goBack();
  await expect(page.getByRole("link", { name: name ?? "", exact: true })).toBeFocused();
  expect(Math.abs((await page.evaluate(() => window.scrollY)) - before)).toBeLessThan(40);
});

test("everything in the list is done by keys alone", async ({ signedIn, api }) => {
  const name = uniqueName("keys");
  for (const part of ["c", "b", "a"]) await api.createJob(`${name}-${part}`);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  await expect(rowOf(page, `${name}-a`)).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("link", { name: `${name}-a` })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("link", { name: `${name}-c` })).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: `${name}-b` })).toBeFocused();

  await page.keyboard.press("s");
  await expect(page.getByRole("menuitem", { name: "Running" }).first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("link", { name: `${name}-b` })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: `${name}-b` })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("heading", { name: `${name}-c` })).toBeVisible();
  for (const part of ["b", "a"]) {
    await page.keyboard.press("k");
    await expect(page.getByRole("heading", { name: `${name}-${part}` })).toBeVisible();
  }
});

test("a step asked for before it is known where it leads is taken once it is", async ({
  signedIn,
  api,
}) => {
  const name = uniqueName("early");
  for (const part of ["c", "b", "a"]) await api.createJob(`${name}-${part}`);
  const page = await signedIn("operator", `/jobs?name=${name}`);
  let answer = () => {};
  await page.route("/graphql", async (route) => {
    if (operationOf(route.request()) === "neighboursQuery") {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
    }
    await route.continue();
  });
  const asked = page.waitForRequest((request) => operationOf(request) === "neighboursQuery");
  await page.getByRole("link", { name: `${name}-a` }).click();
  await expect(page.getByRole("heading", { name: `${name}-a` })).toBeVisible();
  await asked;
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  answer();
  await expect(page.getByRole("heading", { name: `${name}-c` })).toBeVisible();
});
