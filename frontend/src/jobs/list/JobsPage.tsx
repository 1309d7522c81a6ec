/** The list of jobs with everything around it. */
import { Button, UnstyledButton } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useRef } from "react";
import { useCreateJob } from "#/jobs/create/CreateJobContext";
import { CreatorFilter } from "#/jobs/list/CreatorFilter";
import { JobTable } from "#/jobs/list/JobTable";
import { type Figures, MOST_NEWER } from "#/jobs/list/ListWatch";
import { NameSearch } from "#/jobs/list/NameSearch";
import { OrderFilter } from "#/jobs/list/OrderFilter";
import { StateChips } from "#/jobs/list/StateChips";
import { isFiltered, type JobSearch, rangeOf, rangeText } from "#/jobs/list/search";
import { TimeFilter } from "#/jobs/list/TimeFilter";
import { useJobs } from "#/jobs/list/useJobs";
import type { Refresh } from "#/live/live";
import { useLive, useLiveRefresh, useLiveState } from "#/live/useLive";
import { useMay } from "#/session/SessionContext";
import { announce } from "#/ui/announcer";
import { useCommand } from "#/ui/commands";
import { EmptyState } from "#/ui/EmptyState";
import { Icon } from "#/ui/Icon";
import { Collapsible } from "./Collapsible";
import classes from "./JobsPage.module.css";

const ActivityPanel = lazy(() =>
  import("#/jobs/charts/ActivityPanel").then((module) => ({ default: module.ActivityPanel })),
);

/** Further down than this, nothing enters at the top by itself. */
const AT_TOP_PX = 8;

export function JobsPage() {
  const onCreate = useCreateJob();
  const mayCreate = useMay("CREATE_JOBS");
  const search = useSearch({ from: "/_signedIn/jobs/" });
  const navigate = useNavigate();
  const jobs = useJobs(search);
  const { list, state, figures } = jobs;
  const live = useLive();
  const liveState = useLiveState();
  const inView = useRef<readonly string[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);

  const change = useCallback(
    (next: JobSearch, { typing } = { typing: false }) => {
      navigate({ to: "/jobs", search: next, replace: typing, resetScroll: true });
    },
    [navigate],
  );
  const clear = useCallback(() => {
    change({ order: search.order });
    heading.current?.focus();
  }, [change, search.order]);
  const open = useCallback(
    (jobId: string) => navigate({ to: "/jobs/$jobId", params: { jobId } }),
    [navigate],
  );
  const onView = useCallback((ids: readonly string[]) => {
    inView.current = ids;
  }, []);

  const showNewest = useCallback(async () => {
    window.scrollTo({ top: 0 });
    await list.pages.reload();
    list.watch.shownAnew();
  }, [list]);

  const refresh = useCallback<Refresh>(
    async (signal, changes) => {
      // Where the changes are known, the rows show them already.
      const wanted = await list.watch.refresh(changes ? [] : inView.current, signal);
      if (wanted && window.scrollY < AT_TOP_PX) await showNewest();
    },
    [list, showNewest],
  );
  useLiveRefresh(refresh);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list wants its figures at once
  useEffect(() => live.nudge(), [live, list]);

  // Back in touch: what failed meanwhile is tried again.
  useEffect(() => {
    if (liveState === "live" && list.pages.state().failure) list.pages.retry();
  }, [liveState, list]);

  useEffect(() => {
    document.title = "Jobs · Jobtrail";
  }, []);

  const total = figures.total && totalText(figures.total);
  useEffect(() => {
    if (state.ready && total) announce(`${total} jobs`);
  }, [state.ready, total]);

  useCommand({
    id: "clear-filters",
    label: "Clear all filters",
    group: "List",
    run: clear,
  });
  useCommand({
    id: "show-newest",
    label: "Show what is new",
    group: "List",
    keys: ".",
    run: () => void showNewest(),
  });

  // The bars show when jobs ended, and that is their last change.
  const range = search.changed ? rangeOf(search.changed, Date.now()) : null;
  const empty = state.ready && state.count === 0 && !state.failure;

  return (
    <main className={classes.page} tabIndex={-1}>
      <div className={classes.top}>
        <h1 ref={heading} tabIndex={-1} className={classes.heading}>
          {total ?? "…"} <span className={classes.unit}>{total === "1" ? "job" : "jobs"}</span>
        </h1>
        <StateChips search={search} counts={figures.counts} onChange={change} />
      </div>

      <Collapsible id="activity" label="Activity">
        <Suspense fallback={<div className={classes.activity} />}>
          <ActivityPanel
            from={range?.from}
            to={range?.to}
            onSelect={(chosen) => change({ ...search, changed: rangeText(chosen) })}
          />
        </Suspense>
      </Collapsible>

      {/* biome-ignore lint/a11y/useSemanticElements: a search element is not yet known to every reader */}
      <div role="search" aria-label="Jobs" className={classes.toolbar}>
        <NameSearch search={search} onChange={change} onOpen={open} />
        <TimeFilter
          label="Created"
          value={search.created}
          onChange={(created) => change({ ...search, created })}
        />
        <TimeFilter
          label="Changed"
          value={search.changed}
          onChange={(changed) => change({ ...search, changed })}
        />
        <CreatorFilter value={search.by} onChange={(by) => change({ ...search, by })} />
        <OrderFilter value={search.order} onChange={(order) => change({ ...search, order })} />
        {isFiltered(search) && (
          <UnstyledButton className={classes.clear} onClick={clear}>
            Clear filters
          </UnstyledButton>
        )}
      </div>

      <div className={classes.pillPlace}>
        {figures.newer > 0 && (
          <UnstyledButton className={classes.pill} onClick={() => void showNewest()}>
            <Icon name="chevronUp" size={14} />
            {newerText(figures.newer, search.order)}
          </UnstyledButton>
        )}
      </div>

      {!state.ready && state.failure && (
        <EmptyState
          title="The jobs could not be loaded"
          icon="warning"
          role="alert"
          action={<Button onClick={() => list.pages.retry()}>Retry</Button>}
        >
          {state.failure.message}
        </EmptyState>
      )}
      {empty && isFiltered(search) && (
        <EmptyState
          title="No job matches"
          icon="search"
          action={
            <Button variant="default" onClick={clear}>
              Clear filters
            </Button>
          }
        >
          None passes all the filters above.
        </EmptyState>
      )}
      {empty && !isFiltered(search) && (
        <EmptyState
          title="No jobs yet"
          action={mayCreate && <Button onClick={onCreate}>Create the first one</Button>}
        >
          Jobs appear here as soon as they are created, by people or by programs.
        </EmptyState>
      )}
      {!empty && (state.ready || !state.failure) && (
        <JobTable key={list.key} jobs={jobs} search={search} onView={onView} />
      )}
    </main>
  );
}

function totalText({ value, atLeast }: NonNullable<Figures["total"]>): string {
  return value.toLocaleString("en") + (atLeast ? "+" : "");
}

function newerText(newer: number, order: JobSearch["order"]): string {
  const count = newer >= MOST_NEWER ? `${MOST_NEWER}+` : String(newer);
  return `${count} ${order === "changed" ? "changed" : "new"}`;
}
