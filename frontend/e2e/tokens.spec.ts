/** API tokens: made, used by a program, seen in a job's trail, and revoked. */
import { expect, expectAccessible, test, uniqueName } from "./fixtures";

const CREATE = `mutation ($name: String!) {
  createJob(input: { name: $name }) { ... on CreateJobSuccess { job { id } } }
}`;

test("a token is made, serves a program, is named in the trail, and is revoked", async ({
  signedIn,
  request,
}) => {
  const name = uniqueName("token");
  const page = await signedIn("operator");
  await page.getByRole("button", { name: "Account: operator" }).click();
  await page.getByRole("menuitem", { name: "API tokens" }).click();
  await expect(page).toHaveURL(/\/tokens$/);
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("checkbox", { name: /^Create jobs/ }).check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create token" }).click();
  const secret = (await dialog.getByText(/^jobtrail_pat_/).textContent()) ?? "";
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Read, Write");
  await expect(row).toContainText("Never");

  const create = () =>
    request.post("/graphql", {
      data: { query: CREATE, variables: { name } },
      headers: { Authorization: `Bearer ${secret}` },
    });
  const { id } = (await (await create()).json()).data.createJob.job;
  await page.goto(`/jobs/${id}`);
  await expect(page.getByText(`by operator, with the token ${name}`)).toBeVisible();

  await page.goto("/tokens");
  await expect(row).not.toContainText("Never");
  await row.getByRole("button", { name: `Revoke ${name}` }).click();
  await expect(page.getByRole("dialog")).toContainText("can not be undone");
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(row).toContainText("Revoked just now");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
  expect((await (await create()).json()).errors[0].extensions.code).toBe("UNAUTHENTICATED");
});
