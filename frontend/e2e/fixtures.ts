/** What every test stands on: the server, signed-in pages, and an eye on the console. */
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { hasBrowser } from "../playwright.config";
import { Server } from "./server";

export type Account = "viewer" | "operator" | "admin";

/** The API, as a program would use it beside the browser. */
export interface Api {
  createJob(name: string): Promise<{ id: string; version: number }>;
  setStatus(id: string, state: string, message?: string): Promise<void>;
  jobsNamed(name: string): Promise<number>;
}

interface TestFixtures {
  /** Opens a page as that account, in a browser profile of its own. */
  signedIn: (account?: Account, path?: string) => Promise<Page>;
  api: Api;
  /** Console errors that this test expects: of a server that it stopped. */
  expectedErrors: RegExp[];
}

interface WorkerFixtures {
  server: Server;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      base.skip(!hasBrowser, "no browser");
      const server = await Server.create();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  expectedErrors: async ({}, use) => use([]),

  context: async ({ context, expectedErrors }, use) => {
    await watched(context, expectedErrors, use);
  },

  signedIn: async ({ browser, baseURL, contextOptions, expectedErrors }, use) => {
    const open: BrowserContext[] = [];
    const errors: string[] = [];
    await use(async (account = "operator", path = "/jobs") => {
      const context = await browser.newContext({ ...contextOptions, baseURL });
      listen(context, expectedErrors, errors);
      open.push(context);
      await logIn(context, account);
      const page = await context.newPage();
      await page.goto(path);
      return page;
    });
    for (const context of open) await context.close();
    expect(errors, "console errors").toEqual([]);
  },

  api: async ({ playwright, baseURL }, use) => {
    const request = await playwright.request.newContext({ baseURL });
    const call = async (query: string, variables: object, token?: string) => {
      const answer = await request.post("/graphql", {
        data: { query, variables },
        headers: token ? { Authorization: `Bearer ${token}` } : {},
      });
      const body = await answer.json();
      expect(body.errors).toBeUndefined();
      return body.data;
    };
    const { logIn: session } = await call(LOG_IN, { name: "admin", useCookie: false });
    const token = session.session.accessToken as string;
    await use({
      async createJob(name) {
        const { createJob } = await call(
          "mutation ($name: String!) { createJob(input: { name: $name }) { ... on CreateJobSuccess { job { id version } } } }",
          { name },
          token,
        );
        return createJob.job;
      },
      async setStatus(jobId, state, message) {
        const { setJobStatus } = await call(
          "mutation ($input: SetJobStatusInput!) { setJobStatus(input: $input) { __typename } }",
          { input: { jobId, state, message } },
          token,
        );
        expect(setJobStatus.__typename).toBe("SetJobStatusSuccess");
      },
      async jobsNamed(name) {
        const { jobs } = await call(
          "query ($name: String!) { jobs(filter: { nameStartsWith: $name }) { totalCount { value } } }",
          { name },
          token,
        );
        return jobs.totalCount.value;
      },
    });
    await request.dispose();
  },
});

export { expect };

const LOG_IN = `mutation ($name: String!, $useCookie: Boolean!) {
  logIn(input: { username: $name, password: $name, useCookie: $useCookie }) {
    ... on LogInSuccess { session { accessToken } }
  }
}`;

async function logIn(context: BrowserContext, account: Account): Promise<void> {
  const answer = await context.request.post("/graphql", {
    data: { query: LOG_IN, variables: { name: account, useCookie: true } },
  });
  expect((await answer.json()).data.logIn.session.accessToken).toBeTruthy();
}

function listen(context: BrowserContext, expected: readonly RegExp[], errors: string[]): void {
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const text = message.text();
    if (!expected.some((pattern) => pattern.test(text))) errors.push(text);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
}

async function watched<T extends BrowserContext>(
  context: T,
  expected: readonly RegExp[],
  use: (context: T) => Promise<void>,
): Promise<void> {
  const errors: string[] = [];
  listen(context, expected, errors);
  await use(context);
  expect(errors, "console errors").toEqual([]);
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

/** axe finds nothing on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // Colours on their way from one to another are neither.
  await page.waitForTimeout(400);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`),
  ).toEqual([]);
}
