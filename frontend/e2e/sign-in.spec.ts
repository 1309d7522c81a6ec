/** Signing in, staying signed in, and signing out. */
import { operationOf } from "./api";
import { expect, notices, test } from "./fixtures";

test("a wrong password is refused in the server's words, the right one leads on", async ({
  page,
}) => {
  await page.goto("/jobs?state=FAILED");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Username").fill("operator");
  const password = page.getByRole("textbox", { name: "Password" });
  await password.fill("nonsense");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).not.toBeEmpty();

  await password.fill("operator");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/jobs\?state=FAILED$/);
  await expect(page.getByRole("button", { name: /^Failed/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
});

test("signing out ends the session in every tab", async ({ signedIn }) => {
  const page = await signedIn();
  const other = await page.context().newPage();
  await other.goto("/jobs");
  await expect(other.getByRole("table", { name: "Jobs" })).toBeVisible();

  await page.getByRole("button", { name: "Account: operator" }).click();
  // The page is loaded anew, so that nothing stays in memory.
  const loaded = page.waitForEvent("load");
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await loaded;
  await expect(page).toHaveURL(/\/login/);
  await expect(other).toHaveURL(/\/login/);
  await page.goto("/jobs");
  await expect(page).toHaveURL(/\/login/);
});

test("a token that lapses while at work is renewed unseen", async ({ signedIn }) => {
  const page = await signedIn();
  await expect(page.getByRole("row").nth(2)).toBeVisible();
  const renewed = page.waitForResponse(async (response) =>
    (await response.text()).includes("RefreshSessionSuccess"),
  );
  const SIXTEEN_MINUTES = 16 * 60_000;
  await page.clock.setSystemTime(Date.now() + SIXTEEN_MINUTES);
  await page.getByRole("button", { name: /^Failed/ }).click();
  await renewed;
  await expect(page.getByRole("row", { name: /Failed/ }).first()).toBeVisible();
  await expect(page).toHaveURL(/state=FAILED/);
});

test("a token that the server refuses is replaced and the request made again", async ({
  signedIn,
  expectedErrors,
}) => {
  expectedErrors.push(/401/);
  const page = await signedIn();
  await expect(page.getByRole("row").nth(2)).toBeVisible();
  let refused = 0;
  await page.route("/graphql", async (route) => {
    const headers = route.request().headers();
    if (refused === 0 && headers.authorization) {
      refused += 1;
      await route.continue({ headers: { ...headers, authorization: "Bearer spoilt" } });
    } else await route.continue();
  });
  await page.getByRole("button", { name: /^Completed/ }).click();
  await expect(page.getByRole("row", { name: /Completed/ }).first()).toBeVisible();
  expect(refused).toBe(1);
});

test("tabs that renew at the same moment do not end each other's session", async ({ signedIn }) => {
  const page = await signedIn();
  const others = await Promise.all([1, 2, 3].map(() => page.context().newPage()));
  await Promise.all(others.map((other) => other.goto("/jobs")));
  for (const other of others) {
    await expect(other.getByRole("table", { name: "Jobs" })).toBeVisible();
  }
  await page.reload();
  await expect(page.getByRole("table", { name: "Jobs" })).toBeVisible();
});

test("a server that knows the documents of another build has the page offer a reload", async ({
  signedIn,
  expectedErrors,
}) => {
  expectedErrors.push(/404/);
  let changed = 0;
  const page = await signedIn("viewer", "/jobs", async (blank) => {
    await blank.route("/graphql", async (route) => {
      if (changed > 0 || operationOf(route.request()) !== "JobPagesQuery") return route.continue();
      changed += 1;
      const body = route.request().postDataJSON();
      expect(body).toEqual({
        documentId: expect.stringMatching(/^[0-9a-f]{64}$/),
        operationName: "JobPagesQuery",
        variables: expect.anything(),
      });
      return route.continue({
        postData: JSON.stringify({ ...body, documentId: "0".repeat(64) }),
      });
    });
  });
  await expect(notices(page).getByText("A new version is there")).toBeVisible();
  await notices(page).getByRole("button", { name: "Reload" }).click();
  await expect(page.locator('[data-index="0"] a')).toBeVisible();
  await expect(notices(page).getByText("A new version is there")).toHaveCount(0);
});
