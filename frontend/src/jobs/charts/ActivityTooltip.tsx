/** What one bar says. */
import classes from "#/jobs/charts/ActivityTooltip.module.css";
import { Swatch } from "#/jobs/charts/StatePattern";
import type { JobState } from "#/ui/JobState";
import { StatusBadge } from "#/ui/StatusBadge";
import { useStored } from "#/ui/stored";
import { formatRange } from "#/ui/timeFormat";
import { timeZone } from "#/ui/timePreferences";

interface ActivityTooltipProps {
  from: string;
  to: string;
  counts: readonly { readonly state: JobState; readonly count: number }[];
}

export function ActivityTooltip({ from, to, counts }: ActivityTooltipProps) {
  const zone = useStored(timeZone);
  return (
    <div className={classes.tooltip}>
      <div className={classes.time}>{formatRange(Date.parse(from), Date.parse(to), zone)}</div>
      {/* Top to bottom as the bar stacks them. */}
      {counts.toReversed().map(({ state, count }) => (
        <div className={classes.line} key={state}>
          <Swatch state={state} />
          <StatusBadge state={state} variant="plain" />
          <span className={classes.count}>{count.toLocaleString("en")}</span>
        </div>
      ))}
    </div>
  );
}
