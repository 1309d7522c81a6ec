/** The jobs before and after one, in the order and under the filters of the list it was opened from. */
import { useEffect, useState } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import { filterOf, type JobSearch, orderOf } from "#/jobs/list/search";
import { request } from "#/relay/request";
import type { neighboursQuery } from "./__generated__/neighboursQuery.graphql";

/** Carried in the history entry of a job's page (`history.state`), so it survives a reload. */
export interface ListPosition {
  /** The filters of the list: what "back to the list" returns to. */
  readonly search: JobSearch;
  /** The job's cursor in that list. */
  readonly cursor: string;
  readonly jobId: string;
  readonly name: string;
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
  /**
   * Who stands so many jobs further on (below 0: back), or where the list ends before, who stands
   * last; null where nobody does, `unknown` until the server has said.
   */
  readonly reach: (steps: number) => Neighbour | null | "unknown";
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    list?: ListPosition;
  }
}

const NOBODY: Neighbours = { previous: null, next: null, reach: () => null };
const NOT_YET: Neighbours = { ...NOBODY, reach: () => "unknown" };
/** Fetched at once on each side, so that stepping fast never waits. */
const STEPS = 10;
/** Fetched again when fewer than this are known ahead. */
const FEW = 3;

const query = graphql`
  query neighboursQuery($cursor: String!, $steps: Int!, $filter: JobFilter, $orderBy: JobOrder) {
    previous: jobs(last: $steps, before: $cursor, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasPreviousPage
      }
    }
    next: jobs(first: $steps, after: $cursor, filter: $filter, orderBy: $orderBy) {
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`;

interface Stretch {
  readonly search: JobSearch;
  /** Consecutive jobs of the list. */
  readonly steps: readonly Neighbour[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
}

/** The part of the list last stepped through. */
const known = new WeakMap<object, Stretch>();

/** Nobody, until the neighbours are known; always where the page was not opened from a list. */
export function useNeighbours(position: ListPosition | undefined): Neighbours {
  const environment = useRelayEnvironment();
  const [, renew] = useState(0);
  const stretch = known.get(environment);
  const at = position ? placeOf(stretch, position) : -1;

  useEffect(() => {
    if (!position || (at >= 0 && stretch && !endsSoon(stretch, at))) return;
    const abort = new AbortController();
    const { search, cursor } = position;
    request<neighboursQuery>(
      environment,
      query,
      { cursor, steps: STEPS, filter: filterOf(search, Date.now()), orderBy: orderOf(search) },
      abort.signal,
    ).then(
      ({ previous, next }) => {
        known.set(environment, {
          search,
          steps: [...steps(previous, search), stepOf(position), ...steps(next, search)],
          moreBefore: previous.pageInfo.hasPreviousPage,
          moreAfter: next.pageInfo.hasNextPage,
        });
        renew((times) => times + 1);
      },
      // Stepping is a convenience: the page itself says where the server can not be reached.
      () => {},
    );
    return () => abort.abort();
  }, [environment, position, stretch, at]);

  if (!position) return NOBODY;
  if (!stretch || at < 0) return NOT_YET;
  return {
    previous: stretch.steps[at - 1] ?? null,
    next: stretch.steps[at + 1] ?? null,
    reach: (steps) => reach(stretch, at, steps),
  };
}

function reach({ steps: all, moreBefore, moreAfter }: Stretch, at: number, by: number) {
  const found = all[at + by];
  if (found) return found;
  if (by < 0 ? moreBefore : moreAfter) return "unknown";
  const end = by < 0 ? 0 : all.length - 1;
  return (end !== at && all[end]) || null;
}

function placeOf(stretch: Stretch | undefined, { search, cursor }: ListPosition): number {
  if (!stretch || JSON.stringify(stretch.search) !== JSON.stringify(search)) return -1;
  return stretch.steps.findIndex(({ list }) => list.cursor === cursor);
}

function endsSoon({ steps: all, moreBefore, moreAfter }: Stretch, at: number): boolean {
  return (moreBefore && at < FEW) || (moreAfter && all.length - 1 - at < FEW);
}

function steps({ edges }: Pick<neighboursQuery["response"]["next"], "edges">, search: JobSearch) {
  return edges.map(({ cursor, node }) =>
    stepOf({ search, cursor, jobId: node.id, name: node.name }),
  );
}

function stepOf(list: ListPosition): Neighbour {
  return { jobId: list.jobId, name: list.name, list };
}
