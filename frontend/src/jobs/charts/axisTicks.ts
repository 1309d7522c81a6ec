/** Which bars are named below the chart, and how: by the day where it shows days, by the time where it shows hours. */
import type { Bar } from "#/jobs/charts/activity";
import { formatDay, formatTimeOfDay, type Zone } from "#/ui/timeFormat";

const TWO_DAYS = 48 * 3_600_000;

/** The beginning of each bar that is named, with its name; midnight is named by its day. */
export function axisTicks(bars: readonly Bar[], zone: Zone): ReadonlyMap<string, string> {
  const starts = bars.map((bar) => bar.from);
  const span = Date.parse(bars.at(-1)?.to ?? "") - Date.parse(starts[0] ?? "");
  const days = span > TWO_DAYS;
  const ticks = new Map<string, string>();
  let before = "";
  for (const start of starts) {
    const day = formatDay(Date.parse(start), zone);
    // Each day at its first bar; the first day of all may have begun before its first bar.
    const begins = day !== before && before !== "";
    before = day;
    if (begins) ticks.set(start, day);
    else if (!days) ticks.set(start, formatTimeOfDay(Date.parse(start), zone));
  }
  return ticks;
}
