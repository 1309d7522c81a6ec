/** The same numbers as a table, for those who read rather than look; each time leads to its jobs. */
import classes from "#/jobs/charts/ActivityTable.module.css";
import type { Bar } from "#/jobs/charts/activity";
import type { JobState } from "#/ui/JobState";
import { StatusBadge } from "#/ui/StatusBadge";
import { useStored } from "#/ui/stored";
import { formatRange } from "#/ui/timeFormat";
import { timeZone } from "#/ui/timePreferences";

interface ActivityTableProps {
  bars: readonly Bar[];
  states: readonly JobState[];
  onSelect: (range: { from: string; to: string }) => void;
}

export function ActivityTable({ bars, states, onSelect }: ActivityTableProps) {
  const zone = useStored(timeZone);
  const filled = bars.filter((bar) => states.some((state) => (bar.counts[state] ?? 0) > 0));
  if (filled.length === 0) return <p className={classes.none}>No job ended in this time.</p>;

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <section aria-label="Jobs that ended, as a table" className={classes.scroll} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {states.map((state) => (
              <th key={state} scope="col">
                <StatusBadge state={state} variant="plain" />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {filled.map(({ from, to, counts }) => (
            <tr key={from}>
              <th scope="row">
                <button
                  className={classes.time}
                  onClick={() => onSelect({ from, to })}
                  title="Show the jobs of this time"
                  type="button"
                >
                  {formatRange(Date.parse(from), Date.parse(to), zone)}
                </button>
              </th>
              {states.map((state) => (
                <td key={state}>{(counts[state] ?? 0).toLocaleString("en")}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
