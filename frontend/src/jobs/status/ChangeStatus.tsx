/** The dropdown that moves a job to another state: exactly the moves the API allows. */
import { Button, Menu, UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { graphql, useFragment } from "react-relay";
import { ReasonDialog } from "#/jobs/status/ReasonDialog";
import { useIsChanging, useMayChange, useStatusChanges } from "#/jobs/status/StatusChangesContext";
import { Icon } from "#/ui/Icon";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";
import type { ChangeStatus_job$key } from "./__generated__/ChangeStatus_job.graphql";
import classes from "./ChangeStatus.module.css";

interface ChangeStatusProps {
  job: ChangeStatus_job$key;
  /** `icon`: a small button for rows, reached by the row's own key instead of Tab. */
  look?: "button" | "icon";
  /** Open from the start: for where the dropdown is only made when it is asked for. */
  initiallyOpen?: boolean;
  /** Told when the reader has chosen or turned away, to place the focus; by default the button has it. */
  onDone?: () => void;
}

/** These ask why before anything happens. */
const ASKS_WHY: readonly JobState[] = ["FAILED", "CANCELLED"];

const fragment = graphql`
  fragment ChangeStatus_job on Job {
    id
    name
    state
    version
    allowedTransitions
  }
`;

/** Renders nothing for a job that is final, or to somebody who may not change jobs. */
export function ChangeStatus({
  job: ref,
  look = "button",
  initiallyOpen,
  onDone,
}: ChangeStatusProps) {
  const job = useFragment(fragment, ref);
  const changes = useStatusChanges();
  const changing = useIsChanging(job.id);
  const mayChange = useMayChange();
  const [open, setOpen] = useState(initiallyOpen ?? false);
  const [asking, setAsking] = useState<JobState | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const undoHadFocus = useRef(false);

  // Menu and dialog take the focus with them when they go: it is handed on, never lost.
  const busy = open || asking !== null;
  const wasBusy = useRef(busy);
  useEffect(() => {
    if (wasBusy.current && !busy) {
      if (onDone) onDone();
      else button.current?.focus();
    }
    wasBusy.current = busy;
  }, [busy, onDone]);
  useEffect(() => {
    if (changing || !undoHadFocus.current) return;
    undoHadFocus.current = false;
    (button.current ?? document.querySelector<HTMLElement>("main"))?.focus();
  }, [changing]);

  if (changing) {
    return look === "button" ? (
      <Button
        ref={button}
        variant="default"
        size="sm"
        onClick={() => changes.undo(job.id)}
        onFocus={() => {
          undoHadFocus.current = true;
        }}
        onBlur={() => {
          undoHadFocus.current = false;
        }}
      >
        Undo
      </Button>
    ) : (
      <UnstyledButton className={classes.undo} tabIndex={-1} onClick={() => changes.undo(job.id)}>
        Undo
      </UnstyledButton>
    );
  }
  const [firstMove] = job.allowedTransitions;
  if (firstMove === undefined || !mayChange) return null;

  function move(to: JobState, message?: string) {
    const { id, name, state, version } = job;
    changes.propose({ jobId: id, name, from: state, version, to, message });
  }

  return (
    <>
      <Menu
        returnFocus={false}
        opened={open}
        onChange={setOpen}
        position="bottom-end"
        shadow="md"
        withinPortal
      >
        <Menu.Target>
          {look === "button" ? (
            <Button
              ref={button}
              variant="default"
              size="sm"
              rightSection={<Icon name="chevronDown" />}
            >
              Change status
            </Button>
          ) : (
            <UnstyledButton
              ref={button}
              className={classes.icon}
              tabIndex={-1}
              aria-label={`Change status of ${job.name}`}
              title="Change status (s)"
            >
              <Icon name="chevronDown" />
            </UnstyledButton>
          )}
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Move to</Menu.Label>
          {job.allowedTransitions.map((to) => (
            <Menu.Item
              key={to}
              leftSection={
                <Icon name={stateLooks[to].icon} size={16} color={stateLooks[to].color} />
              }
              onClick={() => (ASKS_WHY.includes(to) ? setAsking(to) : move(to))}
            >
              {stateLooks[to].word}
              {ASKS_WHY.includes(to) && "…"}
            </Menu.Item>
          ))}
          {!job.allowedTransitions.every((to) => ASKS_WHY.includes(to)) && (
            <>
              <Menu.Divider />
              <Menu.Item onClick={() => setAsking(firstMove)}>With a reason…</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <ReasonDialog
          name={job.name}
          to={asking}
          onClose={() => setAsking(null)}
          onConfirm={(reason) => move(asking, reason)}
        />
      )}
    </>
  );
}
