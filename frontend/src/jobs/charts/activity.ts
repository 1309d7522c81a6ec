/** What the chart draws, from what the API says: one bar for each bucket, one part for each state that ends a job. */
import type { JobState } from "#/ui/JobState";

interface Bucket {
  readonly from: string;
  readonly to: string;
  readonly entered: readonly { readonly state: JobState; readonly count: number }[];
}

export interface Bar {
  readonly from: string;
  readonly to: string;
  readonly counts: Readonly<Partial<Record<JobState, number>>>;
}

export interface Activity {
  readonly bars: readonly Bar[];
  /** Over all bars, in the order of the parts from the ground up. */
  readonly totals: readonly { readonly state: JobState; readonly count: number }[];
}

export function activityOf(buckets: readonly Bucket[], finalStates: readonly JobState[]): Activity {
  const bars = buckets.map(({ from, to, entered }) => ({
    from,
    to,
    counts: Object.fromEntries(
      entered
        .filter(({ state }) => finalStates.includes(state))
        .map(({ state, count }) => [state, count]),
    ),
  }));
  const totals = finalStates.map((state) => ({
    state,
    count: bars.reduce((sum, bar) => sum + (bar.counts[state] ?? 0), 0),
  }));
  return { bars, totals };
}

/** The range from one bar to another, whichever was touched first. */
export function rangeBetween(bars: readonly Bar[], one: number, other: number) {
  const from = bars[Math.min(one, other)]?.from;
  const to = bars[Math.max(one, other)]?.to;
  return from !== undefined && to !== undefined ? { from, to } : null;
}
