/** From one instant to another, as typed. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { rangeOf, rangeText } from "#/jobs/list/search";
import type { Zone } from "#/ui/timeFormat";
import classes from "./FilterPill.module.css";

interface CustomRangeProps {
  value: string | undefined;
  zone: Zone;
  onChange: (value: string | undefined) => void;
}

export function CustomRange({ value, zone, onChange }: CustomRangeProps) {
  const range = value?.includes("..") ? rangeOf(value, 0) : null;
  const [from, setFrom] = useState(range?.from ? fieldText(range.from, zone) : "");
  const [to, setTo] = useState(range?.to ? fieldText(range.to, zone) : "");
  const upsideDown = from !== "" && to !== "" && from >= to;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!upsideDown) onChange(rangeText({ from: instant(from, zone), to: instant(to, zone) }));
  }

  const place = zone === "utc" ? "UTC" : "local time";
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        type="datetime-local"
        size="xs"
        label={`From (${place})`}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        size="xs"
        label={`To, not included (${place})`}
        value={to}
        error={upsideDown && "Must be after the start"}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" disabled={upsideDown || (!from && !to)}>
        Apply
      </Button>
    </form>
  );
}

/** An instant as the browser's field wants it: `2026-11-24T14:35`, in the zone of choice. */
function fieldText(text: string, zone: Zone): string {
  const date = new Date(text);
  const shift = zone === "utc" ? 0 : date.getTimezoneOffset() * 60_000;
  return new Date(date.getTime() - shift).toISOString().slice(0, "2026-11-24T14:35".length);
}

function instant(field: string, zone: Zone): string | undefined {
  if (!field) return undefined;
  return new Date(zone === "utc" ? `${field}Z` : field).toISOString();
}
