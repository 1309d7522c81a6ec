/** The trail a job left: the way it took through the lifecycle, and every change, newest first. */
import { Button } from "@mantine/core";
import { useEffect, useEffectEvent, useState } from "react";
import { graphql, useFragment, usePaginationFragment } from "react-relay";
import type { JobTrail_job$key } from "#/jobs/detail/__generated__/JobTrail_job.graphql";
import type { JobTrail_lifecycle$key } from "#/jobs/detail/__generated__/JobTrail_lifecycle.graphql";
import type { JobTrailPagesQuery } from "#/jobs/detail/__generated__/JobTrailPagesQuery.graphql";
import classes from "#/jobs/detail/JobTrail.module.css";
import { LifecycleDiagram } from "#/jobs/detail/LifecycleDiagram";
import { TimelineEntry } from "#/jobs/detail/TimelineEntry";

const PAGE = 50;

interface JobTrailProps {
  job: JobTrail_job$key;
  lifecycle: JobTrail_lifecycle$key;
}

export function JobTrail({ job: jobRef, lifecycle: lifecycleRef }: JobTrailProps) {
  const lifecycle = useFragment(
    graphql`
      fragment JobTrail_lifecycle on JobStateInfo @relay(plural: true) {
        state
        isFinished
        allowedTransitions
      }
    `,
    lifecycleRef,
  );
  const pages = usePaginationFragment<JobTrailPagesQuery, JobTrail_job$key>(
    graphql`
      fragment JobTrail_job on Job
      @refetchable(queryName: "JobTrailPagesQuery")
      @argumentDefinitions(
        first: { type: "Int" }
        after: { type: "String" }
        last: { type: "Int" }
        before: { type: "String" }
      ) {
        state
        version
        status {
          id
        }
        statuses(first: $first, after: $after, last: $last, before: $before)
          @connection(key: "JobTrail_statuses") {
          edges {
            node {
              id
              state
              previousState
              createdAt
              ...TimelineEntry_status
            }
          }
        }
      }
    `,
    jobRef,
  );
  const job = pages.data;
  const trail = job.statuses.edges.map((edge) => edge.node);
  const newest = trail[0]?.id;
  const finished = lifecycle.some((info) => info.state === job.state && info.isFinished);
  const [newestAtOpening] = useState(newest);
  const fresh = trail.findIndex((status) => status.id === newestAtOpening);
  const [failed, setFailed] = useState(false);

  // The job may have moved on since the trail was read: whatever came after its first entry is fetched alone.
  const catchUp = useEffectEvent(() => void pages.loadPrevious(PAGE));
  useEffect(() => {
    if (newest !== job.status.id) catchUp();
  }, [newest, job.status.id]);

  function showOlder() {
    setFailed(false);
    pages.loadNext(PAGE, { onComplete: (error) => setFailed(error !== null) });
  }

  return (
    <div className={classes.trail}>
      <section aria-labelledby="lifecycle-heading" className={classes.lifecycle}>
        <h2 className={classes.heading} id="lifecycle-heading">
          Lifecycle
        </h2>
        <LifecycleDiagram history={trail} lifecycle={lifecycle} state={job.state} />
      </section>
      <section aria-labelledby="timeline-heading" className={classes.timeline}>
        <h2 className={classes.heading} id="timeline-heading">
          Timeline
          <span className={classes.count}>
            {job.version === 1 ? "1 change" : `${job.version.toLocaleString("en")} changes`}
          </span>
        </h2>
        <ol className={classes.entries} data-complete={!pages.hasNext || undefined}>
          {trail.map((status, index) => (
            <TimelineEntry
              final={finished}
              fresh={index < fresh}
              key={status.id}
              leftAt={trail[index - 1]?.createdAt ?? null}
              status={status}
            />
          ))}
        </ol>
        {pages.hasNext && (
          <div className={classes.more}>
            <Button loading={pages.isLoadingNext} onClick={showOlder} size="xs" variant="default">
              {failed ? "Try again" : "Show older changes"}
            </Button>
            <span role={failed ? "alert" : undefined}>
              {failed
                ? "The older changes could not be loaded."
                : `${trail.length.toLocaleString("en")} of ${job.version.toLocaleString("en")} shown`}
            </span>
          </div>
        )}
      </section>
    </div>
  );
}
