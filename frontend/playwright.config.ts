// End-to-end tests: a real Chromium against the real backend. `npm run e2e` brings PostgreSQL.
import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const DEBIAN = "/usr/bin/chromium";
const executablePath = process.env.CHROMIUM_PATH ?? DEBIAN;
export const hasBrowser = existsSync(executablePath);
if (!hasBrowser && !process.env.TEST_WORKER_INDEX) {
  process.stderr.write(
    `\nNO BROWSER at ${executablePath}: the end-to-end tests are SKIPPED. ` +
      "Install chromium, or name one in CHROMIUM_PATH.\n\n",
  );
}

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/database.ts",
  // A server and a database for each worker, which runs one test at a time: tests make what they
  // need and leave the rest alone.
  workers: 2,
  fullyParallel: true,
  timeout: 180_000,
  // Generous: the machine may be busy with other tests.
  expect: { timeout: 30_000 },
  reporter: process.env.CI ? [["list"]] : "list",
  forbidOnly: !!process.env.CI,
  // A browser on a busy machine may stumble; twice in a row it is ours.
  retries: process.env.CI ? 2 : 0,
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    actionTimeout: 30_000,
    // A trace makes a test take several times as long: `npx playwright test --trace on` for one.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
