/** The list's filters as they stand in the URL, and nowhere else. */
import type { JobState } from "#/ui/JobState";

/** Every key is optional; an absent one filters nothing. Text of the URL, already checked. */
export interface JobSearch {
  /** Comma-separated states, in the order of the lifecycle. */
  state?: string;
  name?: string;
  /** Present where `name` may stand anywhere in the job's name; absent: at its beginning. */
  match?: "contains";
  /** A preset such as `24h`, or `from..to` with instants in UTC, either side may be empty. */
  created?: string;
  changed?: string;
  /** Global id of the account that created the job. */
  by?: string;
  /** Absent: newest first. */
  order?: "oldest" | "changed" | "changed-oldest";
}

const STATES: readonly JobState[] = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"];
const ORDERS = ["oldest", "changed", "changed-oldest"] as const;

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
  if (created) search.created = created;
  const changed = text(raw.changed);
  if (changed) search.changed = changed;
  const by = text(raw.by);
  if (by) search.by = by;
  const order = ORDERS.find((each) => each === raw.order);
  if (order) search.order = order;
  return search;
}

/** The states the list shows; empty: all. */
export function statesOf({ state }: Pick<JobSearch, "state">): JobState[] {
  const named = new Set(state?.split(","));
  return STATES.filter((each) => named.has(each));
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
