/** The lifecycle as boxes and arrows, with the way a job took through it lit. */
import { useId, useMemo } from "react";
import classes from "#/jobs/detail/LifecycleDiagram.module.css";
import { BOX, type Box, type LifecycleState, layOutLifecycle } from "#/jobs/detail/lifecycleLayout";
import { Icon } from "#/ui/Icon";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";

interface Change {
  readonly state: JobState;
  readonly previousState: JobState | null | undefined;
}

interface LifecycleDiagramProps {
  lifecycle: readonly LifecycleState[];
  /** Where the job stands. */
  state: JobState;
  /** What it went through, newest first, as far as it is known. */
  history: readonly Change[];
}

/** Room for strokes that straddle the edge. */
const MARGIN = 2;

export function LifecycleDiagram({ lifecycle, state, history }: LifecycleDiagramProps) {
  const layout = useMemo(() => layOutLifecycle(lifecycle), [lifecycle]);
  const visited = new Set<JobState>([state, ...history.map((change) => change.state)]);
  const taken = new Set(history.map((change) => `${change.previousState}>${change.state}`));
  const moves = layout.moves.map((move) => {
    const name = `${move.from}>${move.to}`;
    return { ...move, name, lit: taken.has(name) };
  });
  const title = useId();

  return (
    <svg
      aria-labelledby={title}
      className={classes.diagram}
      role="img"
      viewBox={`${-MARGIN} ${-MARGIN} ${layout.width + 2 * MARGIN} ${layout.height + 2 * MARGIN}`}
    >
      <title id={title}>{wordsFor(state, history)}</title>
      {/* What is lit lies on top of what is not. */}
      {moves
        .sort((a, b) => Number(a.lit) - Number(b.lit))
        .map(({ name, lit, to, line, head }) => (
          <g
            className={classes.move}
            data-lit={lit || undefined}
            data-move={name}
            key={name}
            style={lit ? { stroke: stateLooks[to].solid } : undefined}
          >
            <path d={line} />
            <path d={head} />
          </g>
        ))}
      {layout.boxes.map((box) => (
        <StateBox
          box={box}
          current={box.state === state}
          key={box.state}
          visited={visited.has(box.state)}
        />
      ))}
    </svg>
  );
}

function StateBox({ box, visited, current }: { box: Box; visited: boolean; current: boolean }) {
  const look = stateLooks[box.state];
  return (
    <g
      className={classes.state}
      data-current={current || undefined}
      data-state={box.state}
      data-visited={visited || undefined}
      style={visited ? { color: look.color } : undefined}
      transform={`translate(${box.x} ${box.y})`}
    >
      <rect
        height={BOX.height}
        rx={8}
        style={visited ? { fill: look.tint } : undefined}
        width={BOX.width}
      />
      <g transform={`translate(12 ${(BOX.height - ICON) / 2})`}>
        <Icon name={look.icon} size={ICON} still />
      </g>
      <text dominantBaseline="central" x={12 + ICON + 7} y={BOX.height / 2}>
        {look.word}
      </text>
    </g>
  );
}

const ICON = 16;

/** More than this, said in one breath, helps nobody. */
const LONGEST_PATH_SAID = 12;

/** `Lifecycle. Path taken: Pending, Running. Now: Running.` A retried job's path names states again. */
function wordsFor(state: JobState, history: readonly Change[]): string {
  const said = history.slice(0, LONGEST_PATH_SAID).reverse();
  const path = said.map((change) => stateLooks[change.state].word).join(", ");
  const which = history.length > said.length ? "Latest path" : "Path";
  return `Lifecycle. ${which} taken: ${path}. Now: ${stateLooks[state].word}.`;
}
