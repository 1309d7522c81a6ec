/** Where a job stands: icon, word and colour together, so that none of them has to be recognised alone. */
import { Icon } from "#/ui/Icon";
import type { JobState } from "#/ui/JobState";
import classes from "#/ui/StatusBadge.module.css";
import { stateLooks } from "#/ui/states";

interface StatusBadgeProps {
  state: JobState;
  /** `plain` leaves out the tinted background: for dense rows and running text. */
  variant?: "tinted" | "plain";
  size?: "sm" | "md";
}

export function StatusBadge({ state, variant = "tinted", size = "sm" }: StatusBadgeProps) {
  const look = stateLooks[state];
  return (
    <span
      className={classes.badge}
      data-size={size}
      data-state={state}
      data-variant={variant}
      style={{
        color: look.color,
        backgroundColor: variant === "tinted" ? look.tint : undefined,
      }}
    >
      <Icon name={look.icon} />
      {look.word}
    </span>
  );
}
