import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { RelayEnvironmentProvider } from "react-relay";
import { describe, expect, it } from "vitest";
import { type ListPosition, useNeighbours } from "#/jobs/list/neighbours";
import { aJob, testServer } from "#/test/environment";

const JOBS = 30;

function setUp(start: number) {
  const edge = (index: number) => ({ cursor: `c${index}`, node: aJob(index) });
  const { environment, asked } = testServer(({ variables: { cursor, steps } }) => {
    const at = Number(cursor.slice(1));
    const from = Math.max(0, at - steps);
    const to = Math.min(JOBS, at + 1 + steps);
    const range = (low: number, high: number) =>
      Array.from({ length: high - low }, (_, step) => edge(low + step));
    return {
      previous: { edges: range(from, at), pageInfo: { hasPreviousPage: from > 0 } },
      next: { edges: range(at + 1, to), pageInfo: { hasNextPage: to < JOBS } },
    };
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <RelayEnvironmentProvider environment={environment}>{children}</RelayEnvironmentProvider>
  );
  const position: ListPosition = {
    search: { state: "FAILED" },
    cursor: `c${start}`,
    jobId: `job-${start}`,
    name: `job number ${start}`,
  };
  const hook = renderHook((list: ListPosition | undefined) => useNeighbours(list), {
    wrapper,
    initialProps: position,
  });
  return { ...hook, asked, position };
}

describe("useNeighbours", () => {
  it("knows who stands before and after, in the list that one came from", async () => {
    const { result, asked } = setUp(5);
    expect(result.current).toMatchObject({ previous: null, next: null });
    await waitFor(() => expect(result.current.next?.jobId).toBe("job-6"));
    expect(result.current.previous).toMatchObject({ jobId: "job-4", name: "job number 4" });
    expect(asked[0]?.variables).toMatchObject({
      cursor: "c5",
      filter: { states: ["FAILED"] },
      orderBy: "CREATED_DESC",
    });
  });

  it("steps on and back at once, asking again only when few are left", async () => {
    const { result, rerender, asked } = setUp(5);
    await waitFor(() => expect(result.current.next).not.toBeNull());
    for (let step = 6; step <= 12; step += 1) {
      act(() => rerender(result.current.next?.list));
      expect(result.current.next?.jobId).toBe(`job-${step + 1}`);
    }
    expect(asked).toHaveLength(1);
    act(() => rerender(result.current.next?.list));
    await waitFor(() => expect(asked).toHaveLength(2));
    act(() => rerender(result.current.previous?.list));
    await waitFor(() => expect(result.current.previous?.jobId).toBe("job-11"));
  });

  it("knows the ends", async () => {
    const { result } = setUp(0);
    await waitFor(() => expect(result.current.next?.jobId).toBe("job-1"));
    expect(result.current.previous).toBeNull();
  });

  it("knows nobody where one came from no list", () => {
    const { result, rerender, asked } = setUp(5);
    rerender(undefined);
    expect(result.current).toMatchObject({ previous: null, next: null });
    expect(result.current.reach(1)).toBeNull();
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  it("says how far one gets: unknown until it is known, and no further than the list", async () => {
    const { result } = setUp(2);
    expect(result.current.reach(1)).toBe("unknown");
    await waitFor(() => expect(result.current.next).not.toBeNull());
    const reached = (steps: number) => {
      const found = result.current.reach(steps);
      return found === "unknown" || found === null ? found : found.jobId;
    };
    expect([1, 10, -1, -2, -3].map(reached)).toEqual([
      "job-3",
      "job-12",
      "job-1",
      "job-0",
      "job-0",
    ]);
    expect(reached(11)).toBe("unknown");
  });

  it("reaches nobody beyond the ends", async () => {
    const { result } = setUp(0);
    await waitFor(() => expect(result.current.next).not.toBeNull());
    expect(result.current.reach(-1)).toBeNull();
  });
});
