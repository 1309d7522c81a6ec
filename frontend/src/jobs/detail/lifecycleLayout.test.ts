import { describe, expect, it } from "vitest";
import { type LifecycleState, layOutLifecycle } from "#/jobs/detail/lifecycleLayout";

const lifecycle: LifecycleState[] = [
  {
    state: "PENDING",
    isFinished: false,
    allowedTransitions: ["RUNNING", "CANCELLED", "FAILED"],
  },
  {
    state: "RUNNING",
    isFinished: false,
    allowedTransitions: ["COMPLETED", "FAILED", "CANCELLED"],
  },
  { state: "COMPLETED", isFinished: true, allowedTransitions: [] },
  { state: "FAILED", isFinished: true, allowedTransitions: ["PENDING"] },
  { state: "CANCELLED", isFinished: true, allowedTransitions: ["PENDING"] },
];

describe("layOutLifecycle", () => {
  const layout = layOutLifecycle(lifecycle);
  const line = (from: string, to: string) =>
    layout.moves.find((move) => move.from === from && move.to === to)?.line;

  it("reads from the first state on the left to those that end a job on the right", () => {
    expect(layout.boxes).toEqual([
      { state: "PENDING", x: 0, y: 0 },
      { state: "RUNNING", x: 196, y: 0 },
      { state: "COMPLETED", x: 392, y: 0 },
      { state: "FAILED", x: 392, y: 62 },
      { state: "CANCELLED", x: 392, y: 124 },
    ]);
    expect([layout.width, layout.height]).toEqual([516, 158]);
  });

  it("draws exactly the moves that the API allows", () => {
    const drawn = layout.moves.map((move) => `${move.from}>${move.to}`).toSorted();
    const allowed = lifecycle.flatMap(({ state, allowedTransitions }) =>
      allowedTransitions.map((target) => `${state}>${target}`),
    );
    expect(drawn).toEqual(allowed.toSorted());
  });

  it("runs the usual way straight through", () => {
    expect(line("PENDING", "RUNNING")).toBe("M124 17H196");
    expect(line("RUNNING", "COMPLETED")).toBe("M320 17H392");
  });

  it("bends every other move down and across, and a retry the same way back", () => {
    expect(line("RUNNING", "FAILED")).toBe("M264 34V61Q264 69 272 69H392");
    expect(line("FAILED", "PENDING")).toBe("M392 89H76Q68 89 68 81V34");
  });

  it("draws no line over another", () => {
    expect(new Set(layout.moves.map((move) => move.line)).size).toBe(layout.moves.length);
    const feet = layout.moves.map((move) => move.head);
    expect(new Set(feet).size).toBe(layout.moves.length);
  });

  it("draws a lifecycle that it has never seen", () => {
    const { moves } = layOutLifecycle([
      { state: "PENDING", isFinished: false, allowedTransitions: ["RUNNING"] },
      { state: "RUNNING", isFinished: false, allowedTransitions: ["PENDING", "COMPLETED"] },
      { state: "COMPLETED", isFinished: true, allowedTransitions: [] },
    ]);
    expect(moves.map((move) => `${move.from}>${move.to}`)).toEqual([
      "PENDING>RUNNING",
      "RUNNING>PENDING",
      "RUNNING>COMPLETED",
    ]);
  });
});
