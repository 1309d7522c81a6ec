// Takes the pictures of the README: a server of its own, on SQLite, with demo jobs.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PICTURES = fileURLToPath(new URL("../screenshots", import.meta.url));
const PORT = process.env.PORT ?? "8791";
const URL_ = `http://127.0.0.1:${PORT}`;
const WIDE = { width: 1440, height: 900 };
const SETTLED_MS = 1500;

const folder = mkdtempSync(join(tmpdir(), "jobtrail-pictures-"));
const environment = { ...process.env, PORT, JOBTRAIL_SQLITE_PATH: join(folder, "jobs.sqlite3") };
for (const name of Object.keys(environment))
  if (name.startsWith("POSTGRES_")) delete environment[name];
const server = spawn(join(ROOT, ".venv/bin/python"), ["-m", "backend.dev.serve"], {
  cwd: ROOT,
  env: environment,
  stdio: ["ignore", "ignore", "inherit"],
});

try {
  await answering();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport: WIDE,
      deviceScaleFactor: 1,
      colorScheme,
      locale: "en-GB",
      timezoneId: "UTC",
    });
    const page = await context.newPage();
    await page.goto(URL_);
    await page.getByLabel("Username").fill("operator");
    await page.getByLabel("Password").first().fill("operator");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /jobs/ }).waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(PICTURES, `list-${colorScheme}.png`) });
    // A job with a trail: failed, and tried again.
    await page.goto(`${URL_}/jobs?state=FAILED&order=changed`);
    await page.locator('a[href*="/jobs/"]').first().click();
    await page.getByText("Timeline").waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(PICTURES, `job-${colorScheme}.png`) });
    await context.close();
  }
  await browser.close();
} finally {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

async function answering() {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${URL_}/healthz`).catch(() => null);
    if (answer?.ok) return;
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The server did not start.");
}
