/** An instant, told the way the reader chose; the full date is always one hover away. */
import { useTickingText } from "#/ui/clock";
import { useStored } from "#/ui/stored";
import { formatAbsolute, formatRelative } from "#/ui/timeFormat";
import { timeStyle, timeZone } from "#/ui/timePreferences";

interface TimeProps {
  /** ISO 8601. */
  value: string;
  /** Overrides the reader's choice, where only one of the two makes sense. */
  style?: "relative" | "absolute";
}

export function Time({ value, style }: TimeProps) {
  const zone = useStored(timeZone);
  const chosen = useStored(timeStyle);
  const relative = (style ?? chosen) === "relative";
  const instant = Date.parse(value);
  const text = useTickingText(
    (now) => (relative ? formatRelative(instant, now, zone) : formatAbsolute(instant, zone)),
    relative,
  );
  return (
    <time dateTime={value} title={formatAbsolute(instant, zone)}>
      {text}
    </time>
  );
}
