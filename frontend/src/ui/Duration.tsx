/** The time between two instants; it ticks while `to` is absent. */
interface DurationProps {
  /** ISO 8601. */
  from: string;
  to?: string | null;
}

export function Duration({ from, to }: DurationProps) {
  const end = to ? Date.parse(to) : Date.now();
  return <span>{Math.round((end - Date.parse(from)) / 1000)} s</span>;
}
