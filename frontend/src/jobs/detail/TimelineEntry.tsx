/** One change of a job's state: from what to what, when, by whom, why, and how long it stayed there. */
import { VisuallyHidden } from "@mantine/core";
import { graphql, useFragment } from "react-relay";
import type { TimelineEntry_status$key } from "#/jobs/detail/__generated__/TimelineEntry_status.graphql";
import { Message } from "#/jobs/detail/Message";
import classes from "#/jobs/detail/TimelineEntry.module.css";
import { Duration } from "#/ui/Duration";
import { Icon } from "#/ui/Icon";
import { stateLooks } from "#/ui/states";
import { Time } from "#/ui/Time";

interface TimelineEntryProps {
  status: TimelineEntry_status$key;
  /** When the next change came; null: this is where the job stands. */
  leftAt: string | null;
  /** Nothing is expected to follow: there is no "so far" to count. */
  final: boolean;
  /** It came while one was looking. */
  fresh: boolean;
}

export function TimelineEntry({ status: statusRef, leftAt, final, fresh }: TimelineEntryProps) {
  const status = useFragment(
    graphql`
      fragment TimelineEntry_status on JobStatus {
        state
        previousState
        message
        createdAt
        setBy {
          username
        }
        setByToken {
          name
        }
      }
    `,
    statusRef,
  );
  const look = stateLooks[status.state];

  return (
    <li className={classes.entry} data-fresh={fresh || undefined}>
      <span className={classes.mark} style={{ color: look.color, backgroundColor: look.tint }}>
        <Icon name={look.icon} size={16} still={leftAt !== null} />
      </span>
      <div className={classes.head}>
        <span className={classes.change}>
          {status.previousState ? (
            <>
              <span className={classes.previous}>{stateLooks[status.previousState].word}</span>
              <Icon name="right" size={14} />
              <VisuallyHidden> to </VisuallyHidden>
            </>
          ) : (
            <span className={classes.previous}>Created,</span>
          )}
          <strong style={{ color: look.color }}>{look.word}</strong>
        </span>
        <span className={classes.when}>
          <Time style="relative" value={status.createdAt} />
          <span className={classes.date}>
            <Time style="absolute" value={status.createdAt} />
          </span>
        </span>
      </div>
      <div className={classes.facts}>
        <span className={classes.by}>
          {status.setBy ? `by ${status.setBy.username}` : "by no account"}
          {status.setByToken && `, with the token ${status.setByToken.name}`}
        </span>
        {leftAt ? (
          <span>
            stayed <Duration from={status.createdAt} to={leftAt} />
          </span>
        ) : (
          !final && (
            <span>
              for <Duration from={status.createdAt} /> so far
            </span>
          )
        )}
      </div>
      {status.message && <Message text={status.message} />}
    </li>
  );
}
