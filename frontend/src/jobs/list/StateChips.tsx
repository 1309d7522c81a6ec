/** How many jobs are in each state, and at a click only those. */
import { UnstyledButton } from "@mantine/core";
import { type JobSearch, STATES, statesOf, toggled } from "#/jobs/list/search";
import { Icon } from "#/ui/Icon";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";
import classes from "./StateChips.module.css";

interface StateChipsProps {
  search: JobSearch;
  /** Every job there is, by state; null until known. */
  counts: ReadonlyMap<JobState, number> | null;
  onChange: (search: JobSearch) => void;
}

export function StateChips({ search, counts, onChange }: StateChipsProps) {
  const chosen = new Set(statesOf(search));
  return (
    <fieldset className={classes.chips}>
      <legend className={classes.legend}>Status</legend>
      {STATES.map((state) => {
        const { word, icon, color, tint } = stateLooks[state];
        const count = counts?.get(state);
        return (
          <UnstyledButton
            key={state}
            className={classes.chip}
            aria-pressed={chosen.has(state)}
            style={{ "--chip": color, "--chip-tint": tint } as React.CSSProperties}
            onClick={() => onChange(toggled(search, state))}
          >
            <Icon name={icon} size={16} color={color} />
            <span>{word}</span>
            <span className={classes.count}>{count?.toLocaleString("en") ?? "…"}</span>
          </UnstyledButton>
        );
      })}
    </fieldset>
  );
}
