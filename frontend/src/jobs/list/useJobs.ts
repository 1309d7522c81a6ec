/** The list that a search describes, kept while one looks at a job so that Back finds it as it was. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { useRelayEnvironment } from "react-relay";
import type { Environment } from "relay-runtime";
import { JobPages, type PagesState } from "#/jobs/list/JobPages";
import { type Figures, ListWatch } from "#/jobs/list/ListWatch";
import { filterOf, type JobSearch, orderOf } from "#/jobs/list/search";

export interface JobList {
  readonly key: string;
  readonly pages: JobPages;
  readonly watch: ListWatch;
  /** The job last opened from this list and where the page stood: what one comes back to. */
  left: { readonly jobId: string; readonly scroll: number; readonly at: number } | null;
}

/** Coming back later than this, one finds a new list. */
const KEPT_MS = 10 * 60_000;

/** One list per environment outlives its page. */
const kept = new WeakMap<Environment, JobList>();

export interface Jobs {
  readonly list: JobList;
  readonly state: PagesState;
  readonly figures: Figures;
}

export function useJobs(search: JobSearch): Jobs {
  const environment = useRelayEnvironment() as Environment;
  const key = JSON.stringify(search);

  const [list, setList] = useState(() => take(environment, key, search));
  if (list.key !== key) setList(take(environment, key, search));

  useEffect(() => {
    const previous = kept.get(environment);
    if (previous && previous !== list) previous.pages.dispose();
    kept.set(environment, list);
    if (!list.pages.state().ready) list.pages.show(0, 0);
  }, [environment, list]);

  const state = useSyncExternalStore(list.pages.subscribe, list.pages.state);
  const figures = useSyncExternalStore(list.watch.subscribe, list.watch.state);
  return { list, state, figures };
}

function take(environment: Environment, key: string, search: JobSearch): JobList {
  const last = kept.get(environment);
  if (last?.key === key && last.left && Date.now() - last.left.at < KEPT_MS) return last;
  const pages = new JobPages(environment, filterOf(search, Date.now()), orderOf(search));
  return { key, pages, watch: new ListWatch(environment, pages), left: null };
}
