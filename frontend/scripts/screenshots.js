// Takes the pictures of the README.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { CHROMIUM, signIn, withDemoServer } from "./demo-server.js";

const PICTURES = fileURLToPath(new URL("../screenshots", import.meta.url));
const WIDE = { width: 1440, height: 900 };
const SETTLED_MS = 1500;

await withDemoServer(async (url) => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
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
    await signIn(page, url);
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(PICTURES, `list-${colorScheme}.png`) });
    // A job with a trail: failed, and tried again.
    await page.goto(`${url}/jobs?state=FAILED&order=changed`);
    await page.locator('a[href*="/jobs/"]').first().click();
    await page.getByText("Timeline").waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await page.screenshot({ path: join(PICTURES, `job-${colorScheme}.png`) });
    await context.close();
  }
  await browser.close();
});
