import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JobPages } from "#/jobs/list/JobPages";
import { RequestFailure } from "#/relay/transport";
import { type Asked, aJob, testServer } from "#/test/environment";

/** A server with that many jobs, job-0 first; cursors are `c` and the index. */
function listOf(count: number, broken: (asked: Asked) => boolean = () => false) {
  const all = Array.from({ length: count }, (_, index) => index);
  return testServer((asked) => {
    if (broken(asked)) throw new RequestFailure("NETWORK", "The server could not be reached.");
    const { after, before, first } = asked.variables;
    const from = after ? Number(after.slice(1)) + 1 : 0;
    const to = before ? Number(before.slice(1)) : all.length;
    const page = all.slice(from, Math.min(from + first, to));
    return {
      jobs: {
        edges: page.map((index) => ({ cursor: `c${index}`, node: aJob(index) })),
        pageInfo: { hasNextPage: from + first < to },
      },
    };
  });
}

const idle = () => vi.advanceTimersByTimeAsync(1_000);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function scrollTo(pages: JobPages, row: number) {
  while (pages.state().count <= row && pages.state().hasMore) {
    pages.show(pages.state().count - 1, pages.state().count - 1);
    await idle();
  }
  pages.show(row, row + 20);
  await idle();
}

describe("JobPages", () => {
  it("fetches what is in view and a little ahead", async () => {
    const { environment, asked } = listOf(1_000);
    const pages = new JobPages(environment, { states: ["FAILED"] }, "CREATED_DESC");
    pages.show(0, 20);
    await idle();
    expect(asked.map(({ variables }) => variables.after)).toEqual([null, "c99", "c199"]);
    expect(asked[0]?.variables).toMatchObject({
      first: 100,
      filter: { states: ["FAILED"] },
      orderBy: "CREATED_DESC",
    });
    expect(pages.state()).toMatchObject({ count: 300, hasMore: true, ready: true, failure: null });
    expect(pages.row(150)?.id).toBe("job-150");
    expect(pages.indexOf("job-150")).toBe(150);
    expect(pages.row(300)).toBeNull();
    expect(pages.top()).toBe("c0");
  });

  it("knows the end", async () => {
    const { environment } = listOf(130);
    const pages = new JobPages(environment, null, "CREATED_DESC");
    pages.show(0, 20);
    await idle();
    expect(pages.state()).toMatchObject({ count: 130, hasMore: false });
  });

  it("lets go of rows far away, in the store too, and fetches them again exactly", async () => {
    const { environment, asked } = listOf(2_000);
    const pages = new JobPages(environment, null, "CREATED_DESC");
    await scrollTo(pages, 1_500);
    expect(pages.row(0)).toBeNull();
    expect(pages.row(1_500)?.id).toBe("job-1500");
    expect(pages.state().count).toBeGreaterThanOrEqual(1_700);
    await idle();
    const held = Object.keys(environment.getStore().getSource().toJSON()).filter((id) =>
      id.startsWith("job-"),
    );
    expect(held.length).toBeLessThanOrEqual(900);

    asked.length = 0;
    pages.show(0, 20);
    await idle();
    expect(pages.row(0)?.id).toBe("job-0");
    expect(asked[0]?.variables).toMatchObject({ after: null, before: "c100", first: 100 });
    expect(asked[1]?.variables).toMatchObject({ after: "c99", before: "c200", first: 100 });
  });

  it("keeps the row that has the focus", async () => {
    const { environment } = listOf(2_000);
    const pages = new JobPages(environment, null, "CREATED_DESC");
    await scrollTo(pages, 1_500);
    pages.show(100, 120);
    await idle();
    pages.show(1_500, 1_520, 110);
    await idle();
    expect(pages.row(110)?.id).toBe("job-110");
    pages.show(1_500, 1_520, null);
    await idle();
    expect(pages.row(110)).toBeNull();
  });

  it("says what failed, keeps what it has, and tries again when told", async () => {
    let broken = false;
    const { environment, asked } = listOf(1_000, ({ variables }) => broken && !!variables.after);
    const pages = new JobPages(environment, null, "CREATED_DESC");
    broken = true;
    pages.show(0, 20);
    await idle();
    expect(pages.state()).toMatchObject({ count: 100, failure: { code: "NETWORK" } });
    const before = asked.length;
    pages.show(10, 30);
    await idle();
    expect(asked).toHaveLength(before);
    broken = false;
    pages.retry();
    await idle();
    expect(pages.state()).toMatchObject({ count: 300, failure: null });
  });

  it("starts over from the top, showing the old rows until the new ones are there", async () => {
    const { environment } = listOf(1_000);
    const pages = new JobPages(environment, null, "CREATED_DESC");
    await scrollTo(pages, 400);
    const reloaded = pages.reload();
    expect(pages.row(400)?.id).toBe("job-400");
    await reloaded;
    expect(pages.row(0)?.id).toBe("job-0");
    expect(pages.row(400)).toBeNull();
  });
});
