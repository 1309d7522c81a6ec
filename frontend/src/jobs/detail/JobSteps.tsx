/** The way back to the list, and on to the job before or after this one in it. */
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "#/jobs/detail/JobSteps.module.css";
import { type Neighbour, useNeighbours } from "#/jobs/list/neighbours";
import { useCommand } from "#/ui/commands";
import { Icon } from "#/ui/Icon";
import { Keys } from "#/ui/Keys";

export function JobSteps() {
  const list = useLocation({ select: (location) => location.state.list });
  const { previous, next } = useNeighbours(list);
  const navigate = useNavigate();

  useCommand({
    id: "back-to-list",
    label: "Back to the list",
    group: "This job",
    keys: "u",
    run: () => navigate({ to: "/jobs", search: list?.search ?? {} }),
  });
  useStep("next-job", "Next job in the list", "j", next);
  useStep("previous-job", "Previous job in the list", "k", previous);

  return (
    <nav aria-label="Jobs" className={classes.steps}>
      <Link className={classes.step} search={list?.search ?? {}} to="/jobs">
        <Icon name="chevronLeft" size={16} />
        Jobs
      </Link>
      {list && (
        <span className={classes.neighbours}>
          <Step keys="k" neighbour={previous}>
            Previous
          </Step>
          <Step keys="j" neighbour={next}>
            Next
          </Step>
        </span>
      )}
    </nav>
  );
}

/** Steps replace each other in the history: Back leads to the list, not through every job seen. */
function useStep(id: string, label: string, keys: string, neighbour: Neighbour | null) {
  const navigate = useNavigate();
  const run = () => {
    if (!neighbour) return;
    const { jobId, list } = neighbour;
    navigate({ to: "/jobs/$jobId", params: { jobId }, state: { list }, replace: true });
  };
  useCommand(neighbour && { id, label, group: "This job", keys, run });
}

interface StepProps {
  neighbour: Neighbour | null;
  keys: string;
  children: ReactNode;
}

function Step({ neighbour, keys, children }: StepProps) {
  const content = (
    <>
      {children}
      <span aria-hidden="true" className={classes.keys}>
        <Keys keys={keys} />
      </span>
    </>
  );
  return neighbour ? (
    <Link
      className={classes.step}
      params={{ jobId: neighbour.jobId }}
      replace
      state={{ list: neighbour.list }}
      title={neighbour.name}
      to="/jobs/$jobId"
    >
      {content}
    </Link>
  ) : (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: a link to nowhere
    <span aria-disabled="true" className={classes.step} role="link">
      {content}
    </span>
  );
}
