/** Which stretch of time the chart shows, and in how many equal steps: round ones, so that bars stand still. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths of a bar that a person would choose. */
const LENGTHS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
] as const;

const MOST_BARS = 60;

export const PERIODS = {
  "24h": { label: "24 h", span: DAY },
  "7d": { label: "7 d", span: 7 * DAY },
  "30d": { label: "30 d", span: 30 * DAY },
  "90d": { label: "90 d", span: 90 * DAY },
} as const;

export type Period = keyof typeof PERIODS;

export interface Steps {
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly buckets: number;
}

interface Wanted {
  from?: string;
  to?: string;
  period: Period;
}

/** The steps that cover what is wanted, at `now`. Where either side is open, the period fills in. */
export function stepsFor({ from, to, period }: Wanted, now: number): Steps {
  const { span } = PERIODS[period];
  const end = to ? Date.parse(to) : from ? Math.max(now, Date.parse(from)) : now;
  const start = from ? Math.min(Date.parse(from), end) : end - span;
  const length = LENGTHS.find((each) => (end - start) / each <= MOST_BARS) ?? 364 * DAY;
  const first = Math.floor(start / length) * length;
  const last = Math.max(Math.ceil(end / length) * length, first + length);
  return {
    from: new Date(first).toISOString(),
    to: new Date(last).toISOString(),
    buckets: Math.min(Math.round((last - first) / length), 200),
  };
}
