/** Stacked bars of the jobs that ended; dragging over them chooses their time. */
import { BarChart } from "@mantine/charts";
import type { TooltipContentProps } from "recharts";
import classes from "#/jobs/charts/ActivityChart.module.css";
import { ActivityTooltip } from "#/jobs/charts/ActivityTooltip";
import { type Bar, rangeBetween } from "#/jobs/charts/activity";
import { axisTicks } from "#/jobs/charts/axisTicks";
import { patternId } from "#/jobs/charts/StatePattern";
import { useBarDrag } from "#/jobs/charts/useBarDrag";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";
import { useStored } from "#/ui/stored";
import { formatRange } from "#/ui/timeFormat";
import { timeZone } from "#/ui/timePreferences";
import "@mantine/charts/styles.css";

interface ActivityChartProps {
  bars: readonly Bar[];
  totals: readonly { readonly state: JobState; readonly count: number }[];
  onSelect: (range: { from: string; to: string }) => void;
}

/** Where the bars stand within the drawing, in pixels from its sides. */
const PLOT = { left: 44, right: 4 } as const;

const compact = new Intl.NumberFormat("en", { notation: "compact" });

export function ActivityChart({ bars, totals, onSelect }: ActivityChartProps) {
  const zone = useStored(timeZone);
  const drag = useBarDrag(bars.length, PLOT, (one, other) => {
    const range = rangeBetween(bars, one, other);
    if (range) onSelect(range);
  });
  const ticks = axisTicks(bars, zone);
  const first = bars[0];
  const last = bars[bars.length - 1];
  if (!first || !last) return null;
  if (totals.every(({ count }) => count === 0)) {
    return <p className={classes.none}>No job ended in this time.</p>;
  }

  const summary = totals
    .map(
      ({ state, count }) => `${count.toLocaleString("en")} ${stateLooks[state].word.toLowerCase()}`,
    )
    .join(", ");
  const range = formatRange(Date.parse(first.from), Date.parse(last.to), zone);
  const label = `Jobs that ended, ${range}: ${summary}. The table has every number.`;

  return (
    <div aria-label={label} className={classes.chart} role="img" {...drag.handlers}>
      <BarChart
        accessibilityLayer={false}
        barChartProps={{
          barCategoryGap: 1,
          margin: { top: 4, right: PLOT.right, bottom: 0, left: 0 },
        }}
        barProps={(series) => ({ fill: `url(#${patternId(series.name as JobState)})` })}
        data={bars.map((bar) => ({ from: bar.from, to: bar.to, ...bar.counts }))}
        dataKey="from"
        gridAxis="x"
        gridColor="var(--hairline)"
        h={114}
        series={totals.map(({ state }) => ({ name: state, color: stateLooks[state].solid }))}
        strokeDasharray="0"
        tickLine="none"
        tooltipProps={{
          content: ({ active, payload }: TooltipContentProps) => {
            const bar = payload[0]?.payload as Record<string, number> & Pick<Bar, "from" | "to">;
            if (!active || !bar || drag.selection) return null;
            return (
              <ActivityTooltip
                counts={totals.map(({ state }) => ({ state, count: bar[state] ?? 0 }))}
                from={bar.from}
                to={bar.to}
              />
            );
          },
        }}
        type="stacked"
        xAxisProps={{
          height: 22,
          tick: { transform: "translate(0, 3)", fontSize: 12, fill: "currentColor" },
          interval: "equidistantPreserveStart",
          minTickGap: 24,
          tickFormatter: (value: string) => ticks.get(value) ?? "",
          ticks: [...ticks.keys()],
        }}
        yAxisProps={{
          allowDecimals: false,
          tickCount: 3,
          tickFormatter: (value: number) => compact.format(value),
          width: PLOT.left,
        }}
      />
      {drag.selection && <div className={classes.selection} style={drag.selection} />}
    </div>
  );
}
