/** The fill of each state's bars: colour and pattern, so that parts are told apart without colour as well. */
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";

/** Solid for what went well; strokes for what failed; dots for what was called off. */
const MARKS: Readonly<Partial<Record<JobState, string>>> = {
  FAILED: "M-1 1L1 -1M0 6L6 0M5 7L7 5",
  CANCELLED: "M1.5 1.5h.01M4.5 4.5h.01",
};

export const patternId = (state: JobState) => `bar-${state}`;

/** Definitions that any drawing on the same page may then fill with: `url(#bar-FAILED)`. */
export function StatePatterns({ states }: { states: readonly JobState[] }) {
  return (
    <defs>
      {states.map((state) => (
        <pattern
          height={6}
          id={patternId(state)}
          key={state}
          patternUnits="userSpaceOnUse"
          width={6}
        >
          <rect height={6} style={{ fill: stateLooks[state].solid }} width={6} />
          <path
            d={MARKS[state] ?? ""}
            style={{
              stroke: "var(--mantine-color-body)",
              strokeWidth: 1.4,
              strokeLinecap: "round",
            }}
          />
        </pattern>
      ))}
    </defs>
  );
}

/** A small sample of the fill: what a legend shows beside the word. */
export function Swatch({ state }: { state: JobState }) {
  return (
    <svg aria-hidden="true" height={12} style={{ flex: "none" }} width={12}>
      <rect fill={`url(#${patternId(state)})`} height={12} rx={2} width={12} />
    </svg>
  );
}
