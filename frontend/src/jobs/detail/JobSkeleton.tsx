/** The shape of the page while its content is on its way. */
import { Skeleton } from "@mantine/core";
import classes from "#/jobs/detail/JobPage.module.css";

export function JobSkeleton() {
  return (
    <div aria-busy="true" className={classes.page} data-testid="job-skeleton">
      <Skeleton height={32} maw={420} />
      <Skeleton height={30} maw={240} />
      <Skeleton height={72} radius="md" />
      <TrailSkeleton />
    </div>
  );
}

/** The same for the trail alone, below facts that the list knew already. */
export function TrailSkeleton() {
  return (
    <div aria-busy="true" className={classes.trailSkeleton}>
      {[0, 1, 2].map((entry) => (
        <div className={classes.entrySkeleton} key={entry}>
          <Skeleton circle height={30} />
          <div>
            <Skeleton height={14} maw={220} />
            <Skeleton height={12} maw={320} mt={10} />
          </div>
        </div>
      ))}
    </div>
  );
}
