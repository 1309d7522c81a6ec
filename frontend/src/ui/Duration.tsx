/** How long something took; while it has no end, how long it has taken so far, ticking. */
import { useTickingText } from "#/ui/clock";
import { formatDuration } from "#/ui/timeFormat";

interface DurationProps {
  /** ISO 8601. */
  from: string;
  /** ISO 8601; null or absent while it lasts. */
  to?: string | null;
}

export function Duration({ from, to }: DurationProps) {
  const start = Date.parse(from);
  const text = useTickingText(
    // A running span counts whole seconds: fractions would only flicker.
    (now) => formatDuration(to ? Date.parse(to) - start : Math.floor((now - start) / 1000) * 1000),
    !to,
  );
  return <span data-ticking={!to || undefined}>{text}</span>;
}
