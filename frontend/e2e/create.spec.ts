/** Creating jobs. */
import { operationOf } from "./api";
import { expect, notices, promisedEverything, rowOf, test, uniqueName } from "./fixtures";

test("n opens the dialog; the server's own words say what is wrong; the new job appears", async ({
  signedIn,
}) => {
  const page = await signedIn();
  await expect(page.getByRole("row").nth(2)).toBeVisible();
  await page.keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: "New job" });
  const field = dialog.getByRole("textbox", { name: "Name" });
  await expect(field).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toBeFocused();

  const name = uniqueName("create");
  await field.fill(name);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(rowOf(page, name)).toContainText("Pending");
  await expect(notices(page).getByText(name)).toBeVisible();
});

test("a lost answer and a retry make one job", async ({ signedIn, api, expectedErrors }) => {
  expectedErrors.push(/ERR_FAILED/);
  const page = await signedIn();
  await page.getByRole("button", { name: "New job" }).click();
  const name = uniqueName("once");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  let lost = 0;
  await page.route("/graphql", async (route) => {
    if (lost === 0 && operationOf(route.request())?.includes("CreateJob")) {
      lost += 1;
      await route.fetch();
      await route.abort();
    } else await route.continue();
  });
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(page.getByText("The server could not be reached.")).toBeVisible();
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(page.getByRole("dialog", { name: "New job" })).toBeHidden();
  expect(lost).toBe(1);
  expect(await api.jobsNamed(name)).toBe(1);
});

test("who may no longer create jobs is told kindly", async ({ signedIn }) => {
  const page = await signedIn("viewer", "/jobs", promisedEverything);
  await page.getByRole("button", { name: "New job" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(uniqueName("no"));
  await page.getByRole("button", { name: "Create job" }).click();
  await expect(page.getByText(/This account can look, but not create jobs/)).toBeVisible();
});
