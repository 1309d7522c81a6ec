/** Jobs that ended over time, above the list: how much, how well, and, by dragging, which. */
import { Button, SegmentedControl } from "@mantine/core";
import { CatchBoundary } from "@tanstack/react-router";
import { Suspense, useDeferredValue, useState } from "react";
import { Activity } from "#/jobs/charts/Activity";
import classes from "#/jobs/charts/ActivityPanel.module.css";
import { PERIODS, type Period, type Steps, stepsFor } from "#/jobs/charts/buckets";
import { useTickingText } from "#/ui/clock";
import { Icon } from "#/ui/Icon";
import { stored, useStored } from "#/ui/stored";

interface ActivityPanelProps {
  /** ISO 8601, UTC; both absent: as long as the reader chose, up to now. */
  from?: string;
  to?: string;
  onSelect: (range: { from: string; to: string }) => void;
}

const chosenPeriod = stored<Period>("jobtrail.activity-period", ["7d", "24h", "30d", "90d"]);
const chosenView = stored<"chart" | "table">("jobtrail.activity-view", ["chart", "table"]);

export function ActivityPanel({ from, to, onSelect }: ActivityPanelProps) {
  const period = useStored(chosenPeriod);
  const view = useStored(chosenView);
  const [attempt, setAttempt] = useState(0);
  // As text, so that time going by renders nothing until another bar begins.
  const wanted = useTickingText((now) => JSON.stringify(stepsFor({ from, to, period }, now)));
  const shown = useDeferredValue(wanted);
  const steps: Steps = JSON.parse(shown);

  return (
    <section aria-label="Jobs that ended" className={classes.panel}>
      <div className={classes.controls}>
        {!from && !to && (
          <SegmentedControl
            aria-label="Period"
            data={Object.entries(PERIODS).map(([value, { label }]) => ({ value, label }))}
            onChange={(value) => chosenPeriod.set(value as Period)}
            size="xs"
            value={period}
          />
        )}
        <SegmentedControl
          aria-label="View"
          data={[
            { value: "chart", label: "Chart" },
            { value: "table", label: "Table" },
          ]}
          onChange={chosenView.set}
          size="xs"
          value={view}
        />
      </div>
      <CatchBoundary
        errorComponent={() => <Failure onRetry={() => setAttempt((before) => before + 1)} />}
        getResetKey={() => `${attempt} ${shown}`}
      >
        <Suspense fallback={<div aria-busy="true" className={classes.body} />}>
          <Activity
            attempt={attempt}
            onSelect={onSelect}
            stale={shown !== wanted}
            steps={steps}
            view={view}
          />
        </Suspense>
      </CatchBoundary>
    </section>
  );
}

function Failure({ onRetry }: { onRetry: () => void }) {
  return (
    <div className={classes.notice} role="alert">
      <Icon name="warning" size={18} />
      The activity could not be loaded.
      <Button onClick={onRetry} size="compact-sm" variant="default">
        Try again
      </Button>
    </div>
  );
}
