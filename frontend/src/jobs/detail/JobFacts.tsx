/** What is known about a job besides its trail. */
import type { ReactNode } from "react";
import { graphql, useFragment } from "react-relay";
import type { JobFacts_job$key } from "#/jobs/detail/__generated__/JobFacts_job.graphql";
import classes from "#/jobs/detail/JobFacts.module.css";
import { Copyable } from "#/ui/Copyable";
import { Duration } from "#/ui/Duration";
import { Time } from "#/ui/Time";

export function JobFacts({ job: jobRef }: { job: JobFacts_job$key }) {
  const job = useFragment(
    graphql`
      fragment JobFacts_job on Job {
        id
        version
        createdAt
        startedAt
        finishedAt
        createdBy {
          username
        }
      }
    `,
    jobRef,
  );
  const { createdAt, startedAt, finishedAt } = job;

  return (
    <dl className={classes.facts}>
      <Fact name="Created">
        <Time value={createdAt} />
      </Fact>
      <Fact name="Created by">{job.createdBy?.username ?? "No account"}</Fact>
      <Fact name="Waited" title="From its creation to its latest start">
        {/* A job that ended without ever running waited until its end. */}
        <Duration from={createdAt} to={startedAt ?? finishedAt} />
      </Fact>
      <Fact name="Ran" title="From its latest start to its end">
        {startedAt ? <Duration from={startedAt} to={finishedAt} /> : "Not started"}
      </Fact>
      <Fact name="Version">{job.version.toLocaleString("en")}</Fact>
      <Fact name="Id" wide>
        <code className={classes.id}>
          <Copyable value={job.id} what="id" />
        </code>
      </Fact>
    </dl>
  );
}

interface FactProps {
  name: string;
  /** What exactly is meant, where the name leaves it open. */
  title?: string;
  wide?: boolean;
  children: ReactNode;
}

function Fact({ name, title, wide, children }: FactProps) {
  return (
    <div data-wide={wide || undefined} title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
