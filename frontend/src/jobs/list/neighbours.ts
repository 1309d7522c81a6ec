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

const NOBODY: Neighbours = { previous: null, next: null };

/** Nobody, until the neighbours are known, and always where the page was not opened from a list. */
export function useNeighbours(position: ListPosition | undefined): Neighbours {
  const environment = useRelayEnvironment();
  const [known, setKnown] = useState<{ cursor: string; neighbours: Neighbours } | null>(null);

  useEffect(() => {
    if (!position) return;
    const abort = new AbortController();
    const { search, cursor } = position;
    request<neighboursQuery>(
      environment,
      graphql`
        query neighboursQuery($cursor: String!, $filter: JobFilter, $orderBy: JobOrder) {
          previous: jobs(last: 1, before: $cursor, filter: $filter, orderBy: $orderBy) {
            edges {
              cursor
              node {
                id
                name
              }
            }
          }
          next: jobs(first: 1, after: $cursor, filter: $filter, orderBy: $orderBy) {
            edges {
              cursor
              node {
                id
                name
              }
            }
          }
        }
      `,
      { cursor, filter: filterOf(search, Date.now()), orderBy: orderOf(search) },
      abort.signal,
    ).then(
      ({ previous, next }) => {
        const neighbours = { previous: toward(previous, search), next: toward(next, search) };
        setKnown({ cursor, neighbours });
      },
      // Stepping is a convenience: the page itself says where the server can not be reached.
      () => setKnown({ cursor, neighbours: NOBODY }),
    );
    return () => abort.abort();
  }, [environment, position]);

  return position && known?.cursor === position.cursor ? known.neighbours : NOBODY;
}

type Side = neighboursQuery["response"]["next"];

function toward({ edges }: Side, search: JobSearch): Neighbour | null {
  const edge = edges[0];
  if (!edge) return null;
  const { cursor, node } = edge;
  return { jobId: node.id, name: node.name, list: { search, cursor } };
}
