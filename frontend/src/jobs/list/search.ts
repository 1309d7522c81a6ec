/** The list's filters as they stand in the URL, and nowhere else. */
import type { JobFilter, JobOrder } from "#/jobs/list/__generated__/JobPagesQuery.graphql";
import type { JobState } from "#/ui/JobState";

/** Every key is optional; an absent one filters nothing. Text of the URL, already checked. */
export interface JobSearch {
  /** Comma-separated states, in the order of the lifecycle. */
  state?: string;
  name?: string;
  /** Present where `name` may stand anywhere in the job's name; absent: at its beginning. */
  match?: "contains";
  /** A preset such as `24h`, or `from..to` with instants in UTC; either side may be empty. */
  created?: string;
  changed?: string;
  /** Global id of the account that created the job. */
  by?: string;
  /** Absent: newest first. */
  order?: "oldest" | "changed" | "changed-oldest";
}

export const STATES: readonly JobState[] = [
  "PENDING",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The spans that a time filter offers by name, in milliseconds up to now. */
export const PRESETS = {
  "1h": { label: "Last hour", span: HOUR_MS },
  "24h": { label: "Last 24 hours", span: 24 * HOUR_MS },
  "7d": { label: "Last 7 days", span: 7 * 24 * HOUR_MS },
  "30d": { label: "Last 30 days", span: 30 * 24 * HOUR_MS },
} as const;

export const ORDERS = {
  newest: { label: "Newest first", api: "CREATED_DESC" },
  oldest: { label: "Oldest first", api: "CREATED_ASC" },
  changed: { label: "Last changed first", api: "STATE_CHANGED_DESC" },
  "changed-oldest": { label: "Longest unchanged first", api: "STATE_CHANGED_ASC" },
} as const satisfies Record<string, { label: string; api: JobOrder }>;

/** Reads the URL's keys; whatever makes no sense is dropped, so any link opens. */
export function readSearch(raw: Record<string, unknown>): JobSearch {
  const search: JobSearch = {};
  const states = statesOf({ state: text(raw.state) });
  if (states.length > 0) search.state = states.join(",");
  const name = text(raw.name);
  if (name) {
    search.name = name;
    if (raw.match === "contains") search.match = "contains";
  }
  const created = text(raw.created);
  if (created && rangeOf(created, 0)) search.created = created;
  const changed = text(raw.changed);
  if (changed && rangeOf(changed, 0)) search.changed = changed;
  const by = text(raw.by);
  if (by) search.by = by;
  const order = text(raw.order);
  if (order === "oldest" || order === "changed" || order === "changed-oldest") search.order = order;
  return search;
}

/** The states the list shows; empty: all. */
export function statesOf({ state }: Pick<JobSearch, "state">): JobState[] {
  const named = new Set(state?.split(","));
  return STATES.filter((each) => named.has(each));
}

/** The same states with `state` added or taken away. */
export function toggled(search: JobSearch, state: JobState): JobSearch {
  const states = new Set(statesOf(search));
  if (!states.delete(state)) states.add(state);
  const chosen = STATES.filter((each) => states.has(each));
  // All of them filter nothing: one way to say it.
  const all = chosen.length === STATES.length;
  return { ...search, state: all || chosen.length === 0 ? undefined : chosen.join(",") };
}

/** Whether anything is filtered; the order alone filters nothing. */
export function isFiltered(search: JobSearch): boolean {
  const { state, name, created, changed, by } = search;
  return [state, name, created, changed, by].some((value) => value !== undefined);
}

export interface Range {
  readonly from?: string;
  readonly to?: string;
}

/** The instants a time filter means at `now`; null where it makes no sense. */
export function rangeOf(value: string, now: number): Range | null {
  if (Object.hasOwn(PRESETS, value)) {
    const { span } = PRESETS[value as keyof typeof PRESETS];
    // Whole minutes: the same words mean the same range while one looks.
    return { from: new Date(Math.floor((now - span) / MINUTE_MS) * MINUTE_MS).toISOString() };
  }
  const [from = "", to = "", ...rest] = value.split("..");
  if (!value.includes("..") || rest.length > 0 || (!from && !to)) return null;
  if ([from, to].some((side) => side !== "" && !isInstant(side))) return null;
  return { ...(from && { from }), ...(to && { to }) };
}

/** How a range stands in the URL. */
export function rangeText({ from = "", to = "" }: Range): string | undefined {
  return from || to ? `${from}..${to}` : undefined;
}

export function orderOf({ order }: JobSearch): JobOrder {
  return ORDERS[order ?? "newest"].api;
}

/** The API's filter; null where nothing is filtered, so that it answers from its counters. */
export function filterOf(search: JobSearch, now: number): JobFilter | null {
  const states = statesOf(search);
  const created = search.created && rangeOf(search.created, now);
  const changed = search.changed && rangeOf(search.changed, now);
  const filter: JobFilter = {
    ...(states.length > 0 && { states }),
    ...(search.name && {
      [search.match === "contains" ? "nameContains" : "nameStartsWith"]: search.name,
    }),
    ...(created && { createdAt: created }),
    ...(changed && { stateChangedAt: changed }),
    ...(search.by && { createdBy: search.by }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}

function isInstant(side: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(side) && !Number.isNaN(Date.parse(side))
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
