/** What stands where there is nothing to show: says why, and what can be done about it. */
import type { ReactNode } from "react";
import classes from "#/ui/EmptyState.module.css";
import { Icon, type IconName } from "#/ui/Icon";

interface EmptyStateProps {
  title: string;
  icon?: IconName;
  /** One or two sentences. */
  children?: ReactNode;
  /** A button or link that leads on. */
  action?: ReactNode;
  /** `alert` where something went wrong: screen readers then say it at once. */
  role?: "alert";
}

export function EmptyState({ title, icon = "empty", children, action, role }: EmptyStateProps) {
  return (
    <section className={classes.empty} role={role}>
      <Icon name={icon} size={36} />
      <h2 className={classes.title}>{title}</h2>
      {children ? <p className={classes.text}>{children}</p> : null}
      {action ? <div className={classes.action}>{action}</div> : null}
    </section>
  );
}
