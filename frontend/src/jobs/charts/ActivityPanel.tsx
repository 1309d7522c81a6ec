/** Jobs entering each final state over time, above the list. Dragging selects a range. */
interface ActivityPanelProps {
  /** ISO 8601, UTC; both absent: the last seven days. */
  from?: string;
  to?: string;
  onSelect: (range: { from: string; to: string }) => void;
}

export function ActivityPanel(_props: ActivityPanelProps) {
  return null;
}
