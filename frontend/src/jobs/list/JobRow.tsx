/** One job in the list: the whole row is one link. */
import { memo } from "react";
import { graphql, useFragment } from "react-relay";
import { ChangeStatus } from "#/jobs/status/ChangeStatus";
import changeClasses from "#/jobs/status/ChangeStatus.module.css";
import { useIsChanging, useMayChange } from "#/jobs/status/StatusChangesContext";
import { Duration } from "#/ui/Duration";
import { Icon } from "#/ui/Icon";
import { StatusBadge } from "#/ui/StatusBadge";
import { Time } from "#/ui/Time";
import type { JobRow_job$data, JobRow_job$key } from "./__generated__/JobRow_job.graphql";
import classes from "./JobTable.module.css";

interface JobRowProps {
  job: JobRow_job$key;
  index: number;
  top: number;
  /** Its status dropdown was asked for: the how-manieth time. Null: it was not. */
  changing: number | null;
  onChangeDone: () => void;
  /** The reader made it just now. */
  fresh: boolean;
}

const fragment = graphql`
  fragment JobRow_job on Job {
    id
    name
    state
    stateChangedAt
    createdAt
    startedAt
    finishedAt
    allowedTransitions
    createdBy {
      username
    }
    ...ChangeStatus_job
  }
`;

export const JobRow = memo(function JobRow(props: JobRowProps) {
  const { job: ref, index, top, changing, onChangeDone, fresh } = props;
  const job = useFragment(fragment, ref);
  const pending = useIsChanging(job.id);
  return (
    <div
      role="row"
      className={classes.row}
      aria-rowindex={index + 2}
      data-index={index}
      data-pending={pending || undefined}
      data-fresh={fresh || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Cell name="status">
        <StatusBadge state={job.state} variant="plain" />
      </Cell>
      <Cell name="name">
        <a href={`/jobs/${job.id}`} className={classes.link} data-job={job.id} title={job.name}>
          {job.name}
        </a>
      </Cell>
      <Cell name="waited">
        <Duration {...waited(job)} />
      </Cell>
      <Cell name="ran">
        {job.startedAt ? <Duration from={job.startedAt} to={job.finishedAt} /> : <Nothing />}
      </Cell>
      <Cell name="created">
        <Time value={job.createdAt} />
      </Cell>
      <Cell name="by">
        {job.createdBy ? (
          <span title={job.createdBy.username}>{job.createdBy.username}</span>
        ) : (
          <Nothing />
        )}
      </Cell>
      <Cell name="changed">
        <Time value={job.stateChangedAt} />
      </Cell>
      <Cell name="change">
        {changing !== null || pending ? (
          <ChangeStatus
            key={changing}
            job={job}
            look="icon"
            initiallyOpen={changing !== null}
            onDone={onChangeDone}
          />
        ) : (
          job.allowedTransitions.length > 0 && <ChangeButton name={job.name} />
        )}
      </Cell>
    </div>
  );
});

type Column = "status" | "name" | "waited" | "ran" | "created" | "by" | "changed" | "change";

function Cell({ name, children }: { name: Column; children: React.ReactNode }) {
  return (
    <div role="cell" className={`${classes.cell} ${classes[name]}`}>
      {children}
    </div>
  );
}

/** Stands in for the dropdown until it is asked for: a dropdown in every row would cost every scroll. */
function ChangeButton({ name }: { name: string }) {
  if (!useMayChange()) return null;
  return (
    <button
      type="button"
      className={changeClasses.icon}
      tabIndex={-1}
      data-change
      aria-haspopup="menu"
      aria-expanded={false}
      aria-label={`Change status of ${name}`}
      title="Change status (s)"
    >
      <Icon name="chevronDown" />
    </button>
  );
}

function Nothing() {
  return <span aria-hidden="true">–</span>;
}

/** From creation to the start; while it waits again after a retry, this wait alone. */
function waited(job: JobRow_job$data): { from: string; to: string | null } {
  if (job.state === "PENDING") return { from: job.stateChangedAt, to: null };
  return { from: job.createdAt, to: job.startedAt ?? job.finishedAt ?? job.stateChangedAt };
}
