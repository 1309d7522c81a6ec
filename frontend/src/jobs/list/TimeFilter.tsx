/** Admits jobs by when they were created or last changed: a preset, or from one instant to another. */
import { lazy, Suspense } from "react";
import { Choice, FilterPill } from "#/jobs/list/FilterPill";
import { PRESETS, rangeOf } from "#/jobs/list/search";
import { useStored } from "#/ui/stored";
import { formatShort, type Zone } from "#/ui/timeFormat";
import { timeZone } from "#/ui/timePreferences";

const CustomRange = lazy(() =>
  import("#/jobs/list/CustomRange").then((module) => ({ default: module.CustomRange })),
);

interface TimeFilterProps {
  label: string;
  /** As it stands in the URL. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function TimeFilter({ label, value, onChange }: TimeFilterProps) {
  const zone = useStored(timeZone);
  return (
    <FilterPill
      label={label}
      value={value && inWords(value, zone)}
      onClear={() => onChange(undefined)}
    >
      {(close) => (
        <>
          <Choice
            chosen={value === undefined}
            onChoose={() => {
              onChange(undefined);
              close();
            }}
          >
            Any time
          </Choice>
          {Object.entries(PRESETS).map(([key, preset]) => (
            <Choice
              key={key}
              chosen={value === key}
              onChoose={() => {
                onChange(key);
                close();
              }}
            >
              {preset.label}
            </Choice>
          ))}
          <Suspense fallback={null}>
            <CustomRange
              value={value}
              zone={zone}
              onChange={(range) => {
                onChange(range);
                close();
              }}
            />
          </Suspense>
        </>
      )}
    </FilterPill>
  );
}

function inWords(value: string, zone: Zone): string {
  if (Object.hasOwn(PRESETS, value)) return PRESETS[value as keyof typeof PRESETS].label;
  const { from, to } = rangeOf(value, 0) ?? {};
  if (from && to) return `${short(from, zone)} – ${short(to, zone)}`;
  if (from) return `since ${short(from, zone)}`;
  return to ? `before ${short(to, zone)}` : "";
}

function short(text: string, zone: Zone): string {
  return formatShort(Date.parse(text), zone);
}
