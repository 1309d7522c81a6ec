// Measures the list on a large database: `npm run bench`. Not a test: it reports, and fails only
// where a promise is broken.
import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

export default defineConfig({
  ...base,
  testDir: "bench",
  // The database is filled already.
  globalSetup: undefined,
  workers: 1,
  testMatch: "*.bench.ts",
  timeout: 900_000,
  use: { ...base.use, trace: "off", viewport: { width: 1440, height: 900 } },
});
