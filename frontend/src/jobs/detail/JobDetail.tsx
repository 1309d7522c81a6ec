/** The job itself, read from the store at once where the list knew it, and kept up to date. */
import { type ReactNode, Suspense } from "react";
import { graphql, useLazyLoadQuery } from "react-relay";
import type { JobDetailQuery } from "#/jobs/detail/__generated__/JobDetailQuery.graphql";
import { JobFacts } from "#/jobs/detail/JobFacts";
import { JobHeading } from "#/jobs/detail/JobHeading";
import classes from "#/jobs/detail/JobPage.module.css";
import { TrailSkeleton } from "#/jobs/detail/JobSkeleton";
import { JobTrail } from "#/jobs/detail/JobTrail";
import { useLiveJob } from "#/jobs/detail/useLiveJob";

interface JobDetailProps {
  jobId: string;
  /** Another number asks the server again. */
  attempt: number;
  notFound: ReactNode;
}

export function JobDetail({ jobId, attempt, notFound }: JobDetailProps) {
  const { job, lifecycle } = useLazyLoadQuery<JobDetailQuery>(
    graphql`
      query JobDetailQuery($id: ID!) {
        job(id: $id) {
          ...JobHeading_job
          ...JobFacts_job
          # Stated here: as a default it would come back beside "last", which the API refuses.
          ...JobTrail_job @arguments(first: 50)
        }
        lifecycle {
          ...JobTrail_lifecycle
        }
      }
    `,
    { id: jobId },
    { fetchKey: attempt, fetchPolicy: "store-and-network" },
  );
  useLiveJob(jobId);

  if (!job) return notFound;
  return (
    <div className={classes.page}>
      <JobHeading job={job} />
      <JobFacts job={job} />
      <div className={classes.trailSlot}>
        <Suspense fallback={<TrailSkeleton />}>
          <JobTrail job={job} lifecycle={lifecycle} />
        </Suspense>
      </div>
    </div>
  );
}
