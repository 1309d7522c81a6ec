/** One job: its facts, its lifecycle and its trail. */
import { Button } from "@mantine/core";
import { CatchBoundary, Link } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useState } from "react";
import { JobDetail } from "#/jobs/detail/JobDetail";
import classes from "#/jobs/detail/JobPage.module.css";
import { JobSkeleton } from "#/jobs/detail/JobSkeleton";
import { JobSteps } from "#/jobs/detail/JobSteps";
import { asFailure } from "#/relay/transport";
import { EmptyState } from "#/ui/EmptyState";
import { Icon } from "#/ui/Icon";

interface JobPageProps {
  jobId: string;
}

export function JobPage({ jobId }: JobPageProps) {
  const [attempt, setAttempt] = useState(0);
  const main = useRef<HTMLElement>(null);

  // The link that led here is gone, and the focus with it: it goes on at the top of this page.
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, []);

  return (
    <main className={classes.main} ref={main} tabIndex={-1}>
      <JobSteps />
      <CatchBoundary
        errorComponent={({ error }) => (
          <Failure error={error} onRetry={() => setAttempt((before) => before + 1)} />
        )}
        getResetKey={() => attempt}
      >
        <Suspense fallback={<JobSkeleton />}>
          <JobDetail attempt={attempt} jobId={jobId} notFound={<NotFound />} />
        </Suspense>
      </CatchBoundary>
    </main>
  );
}

function NotFound() {
  useEffect(() => {
    document.title = "No such job · Jobtrail";
  }, []);
  return (
    <EmptyState
      action={
        <Button component={Link} to="/jobs" variant="default">
          All jobs
        </Button>
      }
      icon="search"
      level={1}
      title="There is no such job"
    >
      It may have been deleted, or the address may be incomplete.
    </EmptyState>
  );
}

function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const failure = asFailure(error);
  // An id that the server cannot even read belongs to no job.
  if (failure.code === "BAD_USER_INPUT") return <NotFound />;
  return (
    <EmptyState
      action={
        <Button leftSection={<Icon name="retry" size={16} />} onClick={onRetry} variant="default">
          Try again
        </Button>
      }
      icon="warning"
      level={1}
      role="alert"
      title="The job could not be loaded"
    >
      {failure.message}
    </EmptyState>
  );
}
