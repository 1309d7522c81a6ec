/** Instants and spans of time in words: short, unambiguous, the same in every browser. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Zone = "local" | "utc";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-GB", {
      ...options,
      timeZone: zone === "utc" ? "UTC" : undefined,
    });
    formats.set(key, made);
  }
  return made;
}

const DATE = { day: "numeric", month: "short", year: "numeric" } as const;
const MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** `24 Nov 2026` */
export function formatDate(instant: number, zone: Zone): string {
  return format(zone, DATE).format(instant);
}

/** `24 Nov 2026, 14:35:00 UTC`, with the zone's own name: what two people can compare. */
export function formatAbsolute(instant: number, zone: Zone): string {
  return format(zone, { ...DATE, ...MINUTES, second: "2-digit", timeZoneName: "short" }).format(
    instant,
  );
}

/** `24 Nov, 14:35`: for axes and rows, where the year and the zone are plain from the place. */
export function formatShort(instant: number, zone: Zone): string {
  return format(zone, { day: "numeric", month: "short", ...MINUTES }).format(instant);
}

/** `24 Nov, 14:35 to 17:35`, or with both days where they differ. */
export function formatRange(from: number, to: number, zone: Zone): string {
  const sameDay = formatDate(from, zone) === formatDate(to, zone);
  const end = sameDay ? formatTimeOfDay(to, zone) : formatShort(to, zone);
  return `${formatShort(from, zone)} to ${end}`;
}

/** `14:35` */
export function formatTimeOfDay(instant: number, zone: Zone): string {
  return format(zone, MINUTES).format(instant);
}

/** `24 Nov` */
export function formatDay(instant: number, zone: Zone): string {
  return format(zone, { day: "numeric", month: "short" }).format(instant);
}

/** `12 s ago`, `3 min ago`, `in 2 h`; a date from thirty days on. Two clocks a little apart still read `just now`. */
export function formatRelative(instant: number, now: number, zone: Zone): string {
  const span = Math.abs(now - instant);
  if (span < 5 * SECOND) return "just now";
  if (span >= 30 * DAY) return formatDate(instant, zone);
  let words: string;
  if (span < MINUTE) words = `${Math.floor(span / SECOND)} s`;
  else if (span < HOUR) words = `${Math.floor(span / MINUTE)} min`;
  else if (span < DAY) words = `${Math.floor(span / HOUR)} h`;
  else words = `${Math.floor(span / DAY)} d`;
  return instant <= now ? `${words} ago` : `in ${words}`;
}

/** `840 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`: the two largest units. Negative spans read `0 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds <= 0) return "0 s";
  if (milliseconds < SECOND) return `${Math.floor(milliseconds)} ms`;
  if (milliseconds < 10 * SECOND && milliseconds % SECOND !== 0) {
    return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  }
  if (milliseconds < MINUTE) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return pair(milliseconds, MINUTE, "min", SECOND, "s");
  if (milliseconds < DAY) return pair(milliseconds, HOUR, "h", MINUTE, "min");
  return pair(milliseconds, DAY, "d", HOUR, "h");
}

function pair(
  span: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((span % large) / small);
  const head = `${Math.floor(span / large)} ${largeName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
}
