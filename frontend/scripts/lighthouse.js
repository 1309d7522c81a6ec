// Has Lighthouse judge the built dashboard: sign-in, list and one job, on a desk and on a phone.
// Fails below 100 for accessibility or best practices; the rest is told.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { CHROMIUM, signIn, withDemoServer } from "./demo-server.js";

// Fetched when it is run, not installed: it brings more packages than all the rest together.
const LIGHTHOUSE = "lighthouse@12.8.2";
const REQUIRED = ["accessibility", "best-practices"];
const TOLD = ["performance"];

await withDemoServer(async (url, folder) => {
  const debugging = await freePort();
  // The session lives in this browser's profile: Lighthouse looks at the pages in there.
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: CHROMIUM,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      `--remote-debugging-port=${debugging}`,
    ],
  });
  const page = await context.newPage();
  const signedOut = [["sign-in", `${url}/login`]];
  for (const [name, address] of signedOut) await onBoth(name, address, debugging, folder);

  await signIn(page, url);
  const job = await page.locator("a[data-job]").first().getAttribute("href");
  await page.goto("about:blank");
  const signedIn = [
    ["list", `${url}/jobs`],
    ["one job", `${url}${job}`],
  ];
  for (const [name, address] of signedIn) await onBoth(name, address, debugging, folder);
  await context.close();
});

async function onBoth(name, url, debugging, folder) {
  for (const device of ["desktop", "mobile"]) {
    const { categories, audits } = await lighthouse(url, device, debugging, folder);
    const scores = [...REQUIRED, ...TOLD].map((category) => {
      const { score } = categories[category];
      return `${category} ${Math.round(score * 100)}`;
    });
    process.stdout.write(`${name}, ${device}: ${scores.join(", ")}\n`);
    for (const category of REQUIRED) {
      if (categories[category].score === 1) continue;
      process.exitCode = 1;
      for (const { id, weight } of categories[category].auditRefs) {
        const { score, title, details } = audits[id];
        if (weight === 0 || score === null || score === 1) continue;
        process.stdout.write(`  ${id}: ${title}\n`);
        for (const item of details?.items ?? []) {
          process.stdout.write(`    ${item.node?.snippet ?? item.description ?? ""}\n`);
        }
      }
    }
  }
}

async function lighthouse(url, device, debugging, folder) {
  const report = join(folder, "report.json");
  const words = [
    ...["--yes", LIGHTHOUSE, url, "--quiet", `--port=${debugging}`, "--disable-storage-reset"],
    ...[`--only-categories=${[...REQUIRED, ...TOLD].join()}`, "--output=json"],
    ...[`--output-path=${report}`, ...(device === "desktop" ? ["--preset=desktop"] : [])],
  ];
  const running = spawn("npx", words, { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise((resolve) => running.once("exit", resolve));
  if (code !== 0) throw new Error(`Lighthouse could not look at ${url}.`);
  return JSON.parse(readFileSync(report, "utf8"));
}

async function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
