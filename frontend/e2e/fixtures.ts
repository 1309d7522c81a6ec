/** What every test stands on: a server for each worker, signed-in pages, an eye on the console. */
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { hasBrowser } from "../playwright.config";
import { type Api, apiOf, logIn, operationOf } from "./api";
import { copy, drop } from "./database";
import { Server } from "./server";

export type Account = "viewer" | "operator" | "admin";

/**
 * Opens a page as that account, in a browser profile of its own; `before` is what is to be done
 * with the page before it loads.
 */
export type SignedIn = (
  account?: Account,
  path?: string,
  before?: (page: Page) => Promise<void>,
) => Promise<Page>;

interface TestFixtures {
  signedIn: SignedIn;
  /** Console errors that this test expects: of a server that it stopped. */
  expectedErrors: RegExp[];
}

interface WorkerFixtures {
  server: Server;
  api: Api;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use, { workerIndex }) => {
      base.skip(!hasBrowser, "no browser");
      const database = await copy(workerIndex);
      const server = await Server.create(database);
      await use(server);
      await server.stop();
      if (database) await drop(database);
    },
    { scope: "worker", timeout: 120_000 },
  ],

  api: [
    async ({ playwright, server }, use) => {
      const request = await playwright.request.newContext({ baseURL: server.url });
      await use(apiOf(request));
      await request.dispose();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  expectedErrors: async ({}, use) => use([]),

  context: async ({ context, expectedErrors }, use) => {
    const errors: string[] = [];
    listen(context, expectedErrors, errors);
    await use(context);
    expect(errors, "console errors").toEqual([]);
  },

  signedIn: async ({ browser, baseURL, contextOptions, expectedErrors }, use) => {
    const open: BrowserContext[] = [];
    const errors: string[] = [];
    await use(async (account = "operator", path = "/jobs", before = async () => {}) => {
      const context = await browser.newContext({ ...contextOptions, baseURL });
      listen(context, expectedErrors, errors);
      open.push(context);
      await logIn(context.request, account, { useCookie: true });
      const page = await context.newPage();
      await before(page);
      await page.goto(path);
      return page;
    });
    for (const context of open) await context.close();
    expect(errors, "console errors").toEqual([]);
  },
});

export { expect };

function listen(context: BrowserContext, expected: readonly RegExp[], errors: string[]): void {
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const text = message.text();
    if (!expected.some((pattern) => pattern.test(text))) errors.push(text);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
}

/** For `signedIn`: has the page believe that the account may do everything, as it once might. */
export async function promisedEverything(page: Page): Promise<void> {
  await page.route("/graphql", async (route) => {
    if (!operationOf(route.request())?.includes("RefreshSession")) return route.fallback();
    const response = await route.fetch();
    const json = await response.json();
    json.data.refreshSession.session.permissions = ["VIEW_JOBS", "CREATE_JOBS", "CHANGE_JOBS"];
    return route.fulfill({ response, json });
  });
}

/** A name that no other test uses. */
export function uniqueName(what: string): string {
  return `e2e-${what}-${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
}

/** The row of the job with that name. */
export function rowOf(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** The notices in the corner. */
export function notices(page: Page) {
  return page.getByRole("region", { name: "Notices" });
}

/** axe finds nothing on the page as it stands, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
    await coloursAtRest(page);
    // There are no frames to gather from: the legacy way spares a page for each look.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    // Colours are all that another scheme changes.
    if (colorScheme === "dark") axe.withRules(["color-contrast", "link-in-text-block"]);
    const { violations } = await axe.analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`),
      colorScheme,
    ).toEqual([]);
  }
}

/** Colours on their way from one to another are neither. */
async function coloursAtRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const transitions = () =>
      document.getAnimations().filter((one) => one instanceof CSSTransition);
    while (transitions().length > 0) {
      await Promise.allSettled(transitions().map(({ finished }) => finished));
    }
  });
}
