/**
 * Keeps one list truthful while it is looked at: the rows in view are patched in place, counts are
 * renewed, and rows that would enter at the top are counted, never moved under the cursor.
 */
import { graphql } from "react-relay";
import type { Environment } from "relay-runtime";
import type { JobPages } from "#/jobs/list/JobPages";
import { request } from "#/relay/request";
import type { JobState } from "#/ui/JobState";
import type { ListWatchQuery } from "./__generated__/ListWatchQuery.graphql";

/** Entering rows are counted up to here. */
export const MOST_NEWER = 100;

const query = graphql`
  query ListWatchQuery(
    $ids: [ID!]!
    $filter: JobFilter
    $orderBy: JobOrder
    $top: String
    $most: Int!
    $newestFirst: Boolean!
  ) {
    jobCounts {
      state
      count
    }
    matching: jobs(first: 1, filter: $filter, orderBy: $orderBy) {
      totalCount {
        value
        precision
      }
    }
    nodes(ids: $ids) {
      ...JobRow_job @alias
    }
    newer: jobs(last: $most, before: $top, filter: $filter, orderBy: $orderBy)
      @include(if: $newestFirst) {
      edges {
        node {
          id
        }
      }
    }
  }
`;

/** Made by this tab: they may enter a list that is at its top without being asked for. */
const ownJobs = new Set<string>();

/** Says that the reader created this job just now. */
export function noteOwnJob(id: string): void {
  ownJobs.add(id);
}

export function isOwnJob(id: string): boolean {
  return ownJobs.has(id);
}

export interface Figures {
  /** Every job there is, by state; null until known. */
  readonly counts: ReadonlyMap<JobState, number> | null;
  /** Jobs that the filter admits; null until known. */
  readonly total: { readonly value: number; readonly atLeast: boolean } | null;
  /** Jobs that would stand above the first row; at most MOST_NEWER. */
  readonly newer: number;
}

const NOTHING_KNOWN: Figures = { counts: null, total: null, newer: 0 };

export class ListWatch {
  private figures = NOTHING_KNOWN;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly environment: Environment,
    private readonly pages: JobPages,
  ) {}

  readonly state = (): Figures => this.figures;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Asks once. `ids` are the rows in view. Resolves to whether the top should be shown anew. */
  async refresh(ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { filter, orderBy } = this.pages;
    const top = this.pages.top();
    const newestFirst = top !== null && orderBy.endsWith("_DESC");
    const data = await request<ListWatchQuery>(
      this.environment,
      query,
      { ids: [...ids], filter, orderBy, top, most: MOST_NEWER, newestFirst },
      signal,
    );
    // Answers to a question about another top are of no use.
    const newer = top === this.pages.top() ? (data.newer?.edges ?? []) : [];
    const { value, precision } = data.matching.totalCount;
    this.publish({
      counts: new Map(data.jobCounts.map(({ state, count }) => [state, count])),
      total: { value, atLeast: precision === "AT_LEAST" },
      newer: newer.length,
    });
    const { ready, count } = this.pages.state();
    const firstOnes = ready && count === 0 && value > 0;
    return firstOnes || newer.some(({ node }) => ownJobs.has(node.id));
  }

  /** The top was shown anew: nothing is waiting above it. */
  shownAnew(): void {
    this.publish({ ...this.figures, newer: 0 });
  }

  private publish(figures: Figures): void {
    this.figures = figures;
    for (const listener of this.listeners) listener();
  }
}
