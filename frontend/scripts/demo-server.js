// A server of its own for what looks at the dashboard: on SQLite, with demo jobs, gone afterwards.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TRIES = 600;
const PAUSE_MS = 100;

/** Runs `work` with the server's URL and a folder to leave things in, while the server runs. */
export async function withDemoServer(work) {
  const port = process.env.PORT ?? "8791";
  const folder = mkdtempSync(join(tmpdir(), "jobtrail-demo-"));
  const environment = {
    ...process.env,
    PORT: port,
    JOBTRAIL_SQLITE_PATH: join(folder, "jobs.sqlite3"),
  };
  for (const name of Object.keys(environment)) {
    if (name.startsWith("POSTGRES_")) delete environment[name];
  }
  const server = spawn(join(ROOT, ".venv/bin/python"), ["-m", "backend.dev.serve"], {
    cwd: ROOT,
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    const url = `http://127.0.0.1:${port}`;
    await answering(url, server);
    await work(url, folder);
  } finally {
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answering(url, server) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    if (answer?.ok) return;
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error("The server did not start.");
}

/** The browser of this machine, where it is not told otherwise. */
export const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** Signs in by the form. */
export async function signIn(page, url, account = "operator") {
  await page.goto(url);
  await page.getByLabel("Username").fill(account);
  await page.getByLabel("Password").first().fill(account);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /jobs/ }).waitFor();
}
