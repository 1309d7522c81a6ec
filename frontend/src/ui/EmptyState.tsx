/** What stands where there is nothing to show: says why, and what can be done about it. */
import type { ReactNode } from "react";
import classes from "#/ui/EmptyState.module.css";
import { Icon, type IconName } from "#/ui/Icon";

interface EmptyStateProps {
  title: string;
  icon?: IconName;
  /** 1 where nothing else on the page has a heading. */
  level?: 1 | 2;
  /** One or two sentences. */
  children?: ReactNode;
  /** A button or link that leads on. */
  action?: ReactNode;
  /** `alert` where something went wrong: screen readers then say it at once. */
  role?: "alert";
}

export function EmptyState({
  title,
  icon = "empty",
  children,
  action,
  role,
  level = 2,
}: EmptyStateProps) {
  const Heading = `h${level}` as const;
  return (
    <section className={classes.empty} role={role}>
      <Icon name={icon} size={36} />
      <Heading className={classes.title}>{title}</Heading>
      {children ? <p className={classes.text}>{children}</p> : null}
      {action ? <div className={classes.action}>{action}</div> : null}
    </section>
  );
}
