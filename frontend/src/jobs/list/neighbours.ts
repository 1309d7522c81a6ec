/** The jobs before and after one, in the order and under the filters of the list it was opened from. */
import type { JobSearch } from "#/jobs/list/search";

/** Carried in the history entry of a job's page (`history.state`), so it survives a reload. */
export interface ListPosition {
  /** The filters of the list: what "back to the list" returns to. */
  readonly search: JobSearch;
  /** The job's cursor in that list. */
  readonly cursor: string;
}

/** Where `j` and `k` lead: navigate({ to: "/jobs/$jobId", params: { jobId }, state: { list } }). */
export interface Neighbour {
  readonly jobId: string;
  readonly name: string;
  readonly list: ListPosition;
}

export interface Neighbours {
  readonly previous: Neighbour | null;
  readonly next: Neighbour | null;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    list?: ListPosition;
  }
}

/** Nobody, until the neighbours are known, and always where the page was not opened from a list. */
export function useNeighbours(_position: ListPosition | undefined): Neighbours {
  return { previous: null, next: null };
}
