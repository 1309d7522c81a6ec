/** The way back to the list, and on to the job before or after this one in it. */
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import classes from "#/jobs/detail/JobSteps.module.css";
import { type Neighbour, type Neighbours, useNeighbours } from "#/jobs/list/neighbours";
import { useCommand } from "#/ui/commands";
import { Icon } from "#/ui/Icon";
import { Keys } from "#/ui/Keys";

export function JobSteps() {
  const list = useLocation({ select: (location) => location.state.list });
  const neighbours = useNeighbours(list);
  const { previous, next } = neighbours;
  const navigate = useNavigate();

  useCommand({
    id: "back-to-list",
    label: "Back to the list",
    group: "This job",
    keys: "u",
    run: () => navigate({ to: "/jobs", search: list?.search ?? {} }),
  });
  useSteps(neighbours);

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

/**
 * The keys that lead on and back. Pressed before it is known where to, they lead there once it is.
 *
 * Steps replace each other in the history: Back leads to the list, not through every job seen.
 */
function useSteps({ reach }: Neighbours) {
  const navigate = useNavigate();
  const [wanted, setWanted] = useState(0);
  const want = (steps: number) => () => setWanted((before) => before + steps);

  useEffect(() => {
    if (wanted === 0) return;
    const target = reach(wanted);
    if (target === "unknown") return;
    setWanted(0);
    if (!target) return;
    const { jobId, list } = target;
    navigate({ to: "/jobs/$jobId", params: { jobId }, state: { list }, replace: true });
  }, [wanted, reach, navigate]);

  const group = "This job";
  useCommand(
    reach(1) && { id: "next-job", label: "Next job in the list", group, keys: "j", run: want(1) },
  );
  useCommand(
    reach(-1) && {
      id: "previous-job",
      label: "Previous job in the list",
      group,
      keys: "k",
      run: want(-1),
    },
  );
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
