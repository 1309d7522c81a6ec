/** The dropdown that moves a job to another state: exactly the moves the API allows. */
import { Button, UnstyledButton } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { graphql, useFragment } from "react-relay";
import { useIsChanging, useMayChange, useStatusChanges } from "#/jobs/status/StatusChangesContext";
import { Dropdown, MenuItem, MenuLabel } from "#/ui/Dropdown";
import { Icon } from "#/ui/Icon";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";
import type { ChangeStatus_job$key } from "./__generated__/ChangeStatus_job.graphql";
import classes from "./ChangeStatus.module.css";

const ReasonDialog = lazy(() =>
  import("#/jobs/status/ReasonDialog").then((module) => ({ default: module.ReasonDialog })),
);

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
export function ChangeStatus(props: ChangeStatusProps) {
  const { job: ref, look = "button", initiallyOpen, onDone } = props;
  const job = useFragment(fragment, ref);
  const changes = useStatusChanges();
  const changing = useIsChanging(job.id);
  const mayChange = useMayChange();
  const [asking, setAsking] = useState<JobState | null>(null);
  const [done, setDone] = useState(0);
  const place = useRef<HTMLSpanElement>(null);
  const undoHadFocus = useRef(false);
  const finish = () => setDone((times) => times + 1);

  // Menu and dialog take the focus with them when they go: it is handed on, never lost.
  const told = useRef(0);
  useEffect(() => {
    if (told.current === done) return;
    told.current = done;
    if (onDone) onDone();
    else place.current?.querySelector("button")?.focus();
  }, [done, onDone]);
  useEffect(() => {
    if (changing || !undoHadFocus.current) return;
    undoHadFocus.current = false;
    const next = place.current?.querySelector("button");
    (next ?? document.querySelector<HTMLElement>("main"))?.focus();
  }, [changing]);

  function move(to: JobState, message?: string) {
    const { id, name, state, version } = job;
    changes.propose({ jobId: id, name, from: state, version, to, message });
    setAsking(null);
    finish();
  }

  function content() {
    if (changing) {
      return look === "button" ? (
        <Button
          variant="default"
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
    return (
      <Dropdown
        role="menu"
        label={`Change status of ${job.name}`}
        align="end"
        initiallyOpen={initiallyOpen}
        onClose={() => asking === null && finish()}
        button={(buttonProps) =>
          look === "button" ? (
            <Button {...buttonProps} variant="default" rightSection={<Icon name="chevronDown" />}>
              Change status
            </Button>
          ) : (
            <UnstyledButton
              {...buttonProps}
              className={classes.icon}
              tabIndex={-1}
              aria-label={`Change status of ${job.name}`}
              title="Change status (s)"
            >
              <Icon name="chevronDown" />
            </UnstyledButton>
          )
        }
      >
        {(close) => {
          const ask = (to: JobState) => {
            setAsking(to);
            close();
          };
          return (
            <>
              <MenuLabel>Move to</MenuLabel>
              {job.allowedTransitions.map((to) => (
                <MenuItem key={to} onClick={() => (ASKS_WHY.includes(to) ? ask(to) : move(to))}>
                  <Icon name={stateLooks[to].icon} size={16} color={stateLooks[to].color} />
                  {stateLooks[to].word}
                  {ASKS_WHY.includes(to) && "…"}
                </MenuItem>
              ))}
              {!ASKS_WHY.includes(firstMove) && (
                <MenuItem onClick={() => ask(firstMove)}>
                  <span className={classes.noIcon} />
                  {stateLooks[firstMove].word}, with a reason…
                </MenuItem>
              )}
            </>
          );
        }}
      </Dropdown>
    );
  }

  return (
    <span ref={place} className={classes.place}>
      {content()}
      {asking && (
        <Suspense fallback={null}>
          <ReasonDialog
            name={job.name}
            to={asking}
            onConfirm={(reason) => move(asking, reason)}
            onClose={() => {
              setAsking(null);
              finish();
            }}
          />
        </Suspense>
      )}
    </span>
  );
}
