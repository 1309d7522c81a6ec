/** The activity of one stretch of time: its totals, and every bar of it, drawn or as a table. */
import { useCallback, useMemo } from "react";
import { graphql, useLazyLoadQuery, useRelayEnvironment } from "react-relay";
import type { ActivityQuery } from "#/jobs/charts/__generated__/ActivityQuery.graphql";
import { ActivityChart } from "#/jobs/charts/ActivityChart";
import classes from "#/jobs/charts/ActivityPanel.module.css";
import { ActivityTable } from "#/jobs/charts/ActivityTable";
import { activityOf } from "#/jobs/charts/activity";
import type { Steps } from "#/jobs/charts/buckets";
import { StatePatterns, Swatch } from "#/jobs/charts/StatePattern";
import { useLiveRefresh } from "#/live/useLive";
import { request } from "#/relay/request";
import { StatusBadge } from "#/ui/StatusBadge";

/** Bars are of minutes at least: asking as often as the list does would show nothing more. */
export const PACE_MS = 15_000;

const query = graphql`
  query ActivityQuery($from: DateTime!, $to: DateTime!, $buckets: Int!) {
    jobActivity(range: { from: $from, to: $to }, buckets: $buckets) {
      from
      to
      entered {
        state
        count
      }
    }
    lifecycle {
      state
      isFinished
    }
  }
`;

interface ActivityProps {
  steps: Steps;
  view: "chart" | "table";
  /** Another number asks the server again. */
  attempt: number;
  /** Another stretch of time is on its way. */
  stale: boolean;
  onSelect: (range: { from: string; to: string }) => void;
}

export function Activity({ steps, view, attempt, stale, onSelect }: ActivityProps) {
  const data = useLazyLoadQuery<ActivityQuery>(query, steps, {
    fetchKey: attempt,
    fetchPolicy: "store-and-network",
  });
  useFreshActivity(steps);

  const { bars, totals } = useMemo(() => {
    const finalStates = data.lifecycle.filter((info) => info.isFinished).map((info) => info.state);
    return activityOf(data.jobActivity, finalStates);
  }, [data]);
  const states = totals.map(({ state }) => state);

  return (
    <div className={classes.body} data-stale={stale || undefined}>
      <svg aria-hidden="true" className={classes.definitions}>
        <StatePatterns states={states} />
      </svg>
      <ul aria-label="Totals" className={classes.totals}>
        {totals.map(({ state, count }) => (
          <li key={state}>
            <Swatch state={state} />
            <StatusBadge state={state} variant="plain" />
            <span className={classes.total}>{count.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
      {view === "chart" ? (
        <ActivityChart bars={bars} onSelect={onSelect} totals={totals} />
      ) : (
        <ActivityTable bars={bars} onSelect={onSelect} states={states} />
      )}
    </div>
  );
}

function useFreshActivity({ from, to, buckets }: Steps) {
  const environment = useRelayEnvironment();
  const refresh = useCallback(
    async (signal: AbortSignal) => {
      await request<ActivityQuery>(environment, query, { from, to, buckets }, signal);
    },
    [environment, from, to, buckets],
  );
  useLiveRefresh(refresh, PACE_MS);
}
