/** Which job this is, where it stands, and what can be done about it. */
import { useEffect } from "react";
import { graphql, useFragment } from "react-relay";
import type { JobHeading_job$key } from "#/jobs/detail/__generated__/JobHeading_job.graphql";
import classes from "#/jobs/detail/JobHeading.module.css";
import { ChangeStatus } from "#/jobs/status/ChangeStatus";
import { Copyable } from "#/ui/Copyable";
import { StatusBadge } from "#/ui/StatusBadge";
import { Time } from "#/ui/Time";

export function JobHeading({ job: jobRef }: { job: JobHeading_job$key }) {
  const job = useFragment(
    graphql`
      fragment JobHeading_job on Job {
        name
        state
        stateChangedAt
        ...ChangeStatus_job
      }
    `,
    jobRef,
  );

  useEffect(() => {
    document.title = `${job.name} · Jobtrail`;
  }, [job.name]);

  return (
    <header className={classes.heading}>
      <h1 className={classes.name}>
        <Copyable value={job.name} what="name" />
      </h1>
      <div className={classes.status}>
        <StatusBadge size="md" state={job.state} />
        <span className={classes.since}>
          <Time value={job.stateChangedAt} />
        </span>
        <span className={classes.actions}>
          <ChangeStatus job={job} />
        </span>
      </div>
    </header>
  );
}
