/** How fast the list opens, filters and scrolls with as many jobs as BENCH_JOBS says. */
import type { CDPSession, Page } from "@playwright/test";
import { operationOf } from "../e2e/api";
import { expect, test } from "../e2e/fixtures";

const ROWS = 20_000;
const ROW_PX = 36;
const STEP_PX = 900;
/** The promises, in milliseconds. */
const FIRST_ROWS_MS = 1_000;
const FILTER_MS = 500;
const LONGEST_TASK_MS = 200;
/** Heap after the whole way may exceed that after the first tenth by this much. */
const HEAP_GROWTH = 1.5;
const MEGABYTE = 1_000_000;

function report(what: string, figure: string): void {
  process.stdout.write(`  ${what.padEnd(44)} ${figure}\n`);
}

async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let time = 0; time < times; time += 1) figures.push(await measure());
  return figures.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

async function heap(client: CDPSession): Promise<number> {
  await client.send("HeapProfiler.collectGarbage");
  const { metrics } = await client.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / MEGABYTE;
}

/** From the click to the answer, and to rows on the screen. */
async function filterBy(page: Page, chip: RegExp, word: string) {
  const start = Date.now();
  const answered = page
    .waitForResponse((response) => operationOf(response.request()) === "JobPagesQuery")
    .then(async (response) => {
      await response.finished();
      return response.request().timing().responseEnd;
    });
  await page.getByRole("button", { name: chip }).click();
  const server = await answered;
  await page.locator(`[data-index="0"] [data-state="${word}"]`).waitFor();
  return { server, shown: Date.now() - start };
}

test("the list", async ({ signedIn }) => {
  const page = await signedIn("viewer");
  const first = page.locator('[data-index="0"] a');
  await first.waitFor();
  report("Jobs", (await page.getByRole("heading", { level: 1 }).textContent()) ?? "");

  const opening = await median(5, async () => {
    const start = Date.now();
    await page.goto("/jobs");
    await first.waitFor();
    return Date.now() - start;
  });
  report("First rows after opening, median of 5", `${opening} ms`);

  let slowest = 0;
  for (const [chip, word] of [
    [/^Failed/, "FAILED"],
    [/^Running/, "RUNNING"],
    [/^Pending/, "PENDING"],
  ] as const) {
    await page.goto("/jobs");
    await first.waitFor();
    const { server, shown } = await filterBy(page, chip, word);
    report(`Only ${word}`, `${server.toFixed(0)} ms request, ${shown} ms to the screen`);
    slowest = Math.max(slowest, server);
  }

  await page.goto("/jobs");
  await first.waitFor();
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: "longtask" });
  });
  const heaps: number[] = [];
  const start = Date.now();
  for (let tenth = 1; tenth <= 10; tenth += 1) {
    await page.evaluate(
      async ([target, step]) => {
        while (window.scrollY < target) {
          window.scrollBy(0, step);
          await new Promise(requestAnimationFrame);
        }
      },
      [(ROWS * ROW_PX * tenth) / 10, STEP_PX] as const,
    );
    heaps.push(await heap(client));
  }
  const seconds = (Date.now() - start) / 1000;
  const tasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  const longest = Math.max(0, ...tasks);
  report(`Scrolling ${ROWS} rows`, `${seconds.toFixed(1)} s`);
  report("Longest task", `${longest.toFixed(0)} ms (${tasks.length} over 50 ms)`);
  report("Heap after each tenth", `${heaps.map((size) => size.toFixed(1)).join(" ")} MB`);
  report("Rows in the document", String(await page.locator("[data-index]").count()));

  expect(opening).toBeLessThan(FIRST_ROWS_MS);
  expect(slowest).toBeLessThan(FILTER_MS);
  expect(longest).toBeLessThan(LONGEST_TASK_MS);
  expect(heaps.at(-1) ?? 0).toBeLessThan((heaps[0] ?? 0) * HEAP_GROWTH);
});
