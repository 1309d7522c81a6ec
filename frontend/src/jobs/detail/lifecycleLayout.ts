/**
 * Where the states and moves of a lifecycle go on paper. Knows no move itself: whatever the API says may happen is
 * drawn. The first state stands on the left, those that end a job on the right, the others between them.
 */
import type { JobState } from "#/ui/JobState";

export interface LifecycleState {
  readonly state: JobState;
  readonly isFinished: boolean;
  readonly allowedTransitions: readonly JobState[];
}

export interface Box {
  readonly state: JobState;
  readonly x: number;
  readonly y: number;
}

export interface Move {
  readonly from: JobState;
  readonly to: JobState;
  /** SVG path data. */
  readonly line: string;
  /** SVG path data of the arrow's head. */
  readonly head: string;
}

export interface LifecycleLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly moves: readonly Move[];
}

export const BOX = { width: 124, height: 34 } as const;
const COLUMN = 196;
const ROW = 62;
const PORT = 12;
const BEND = 8;
const HEAD = 6;

interface Cell extends Box {
  readonly column: number;
  readonly row: number;
}

interface Elbow {
  readonly from: Cell;
  readonly to: Cell;
  /** The box whose lower edge the line touches, and the one whose left edge it touches. */
  readonly above: Cell;
  readonly beside: Cell;
}

export function layOutLifecycle(lifecycle: readonly LifecycleState[]): LifecycleLayout {
  const cells = place(lifecycle);
  const elbows: Elbow[] = [];
  const moves: Move[] = [];

  for (const { state, allowedTransitions } of lifecycle) {
    for (const target of allowedTransitions) {
      const from = cells.get(state);
      const to = cells.get(target);
      if (!from || !to) continue;
      const [left, right] = from.column < to.column ? [from, to] : [to, from];
      if (from.row === to.row && to.column === from.column + 1) moves.push(straight(from, to));
      else if (left.column < right.column && left.row < right.row)
        elbows.push({ from, to, above: left, beside: right });
      else moves.push(arc(from, to));
    }
  }
  for (const elbow of elbows) moves.push(bend(elbow, elbows));

  const boxes = [...cells.values()];
  return {
    width: Math.max(...boxes.map((box) => box.x)) + BOX.width,
    height: Math.max(...boxes.map((box) => box.y)) + BOX.height,
    boxes: boxes.map(({ state, x, y }) => ({ state, x, y })),
    moves,
  };
}

function place(lifecycle: readonly LifecycleState[]): Map<JobState, Cell> {
  const cells = new Map<JobState, Cell>();
  const rows = [0, 0, 0];
  lifecycle.forEach(({ state, isFinished }, index) => {
    const column = isFinished ? 2 : index === 0 ? 0 : 1;
    const row = rows[column] ?? 0;
    rows[column] = row + 1;
    cells.set(state, { state, column, row, x: column * COLUMN, y: row * ROW });
  });
  return cells;
}

function straight(from: Cell, to: Cell): Move {
  const y = from.y + BOX.height / 2;
  return {
    from: from.state,
    to: to.state,
    line: `M${from.x + BOX.width} ${y}H${to.x}`,
    head: pointRight(to.x, y),
  };
}

/** Down from one box and sideways into another, or the same way back; lines side by side never cover each other. */
function bend(elbow: Elbow, all: readonly Elbow[]): Move {
  const { from, to, above, beside } = elbow;
  // The deepest line leaves furthest left, so lines from one box do not cross.
  const down = all
    .filter((other) => other.above === above)
    .sort(
      (a, b) => b.beside.row - a.beside.row || Number(a.to !== a.above) - Number(b.to !== b.above),
    );
  // Lines from nearby boxes arrive above those from afar; what leaves goes lowest.
  const across = all
    .filter((other) => other.beside === beside)
    .sort(
      (a, b) =>
        b.above.column - a.above.column ||
        Number(a.from === a.beside) - Number(b.from === b.beside),
    );
  const x = above.x + BOX.width / 2 + (down.indexOf(elbow) - (down.length - 1) / 2) * PORT;
  const y =
    beside.y + BOX.height / 2 + (across.indexOf(elbow) - (across.length - 1) / 2) * (PORT - 2);
  const foot = above.y + BOX.height;
  const corner = `Q${x} ${y} ${x + BEND} ${y}`;
  return to === beside
    ? {
        from: from.state,
        to: to.state,
        line: `M${x} ${foot}V${y - BEND}${corner}H${beside.x}`,
        head: pointRight(beside.x, y),
      }
    : {
        from: from.state,
        to: to.state,
        line: `M${beside.x} ${y}H${x + BEND}Q${x} ${y} ${x} ${y - BEND}V${foot}`,
        head: pointUp(x, foot),
      };
}

/** For moves that no other shape fits: a bow over or beside the boxes. */
function arc(from: Cell, to: Cell): Move {
  const [x1, y1] = [from.x + BOX.width / 2, from.y];
  const [x2, y2] = [to.x + BOX.width / 2, to.y + BOX.height];
  return {
    from: from.state,
    to: to.state,
    line: `M${x1} ${y1}C${x1 + COLUMN / 2} ${y1 - ROW / 2} ${x2 + COLUMN / 2} ${y2 + ROW / 2} ${x2} ${y2}`,
    head: pointUp(x2, y2),
  };
}

const pointRight = (x: number, y: number) =>
  `M${x - HEAD} ${y - HEAD / 2 - 1}L${x} ${y}L${x - HEAD} ${y + HEAD / 2 + 1}`;
const pointUp = (x: number, y: number) =>
  `M${x - HEAD / 2 - 1} ${y + HEAD}L${x} ${y}L${x + HEAD / 2 + 1} ${y + HEAD}`;
