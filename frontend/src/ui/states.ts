/** How each state of a job looks and reads, in one place: word, icon and colour always travel together. */
import type { IconName } from "#/ui/Icon";

export type JobState = "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";

export interface StateLook {
  word: string;
  icon: IconName;
  /** Text and icons on the page or on `tint`. */
  color: string;
  /** A faint background behind `color`. */
  tint: string;
  /** Marks without text: bars, dots, lines. */
  solid: string;
}

const look = (name: string, word: string, icon: IconName): StateLook => ({
  word,
  icon,
  color: `var(--state-${name})`,
  tint: `var(--state-${name}-tint)`,
  solid: `var(--state-${name}-solid)`,
});

export const stateLooks: Readonly<Record<JobState, StateLook>> = {
  PENDING: look("pending", "Pending", "clock"),
  RUNNING: look("running", "Running", "spinner"),
  COMPLETED: look("completed", "Completed", "check"),
  FAILED: look("failed", "Failed", "cross"),
  CANCELLED: look("cancelled", "Cancelled", "ban"),
};

/** The values behind the colours above; each text colour has at least 4.5 : 1 on the page and on its tint. */
export const stateColors: Readonly<Record<"light" | "dark", Record<string, string>>> = {
  light: {
    "--state-pending": "#475569",
    "--state-pending-tint": "#eef2f7",
    "--state-pending-solid": "#64748b",
    "--state-running": "#1d4ed8",
    "--state-running-tint": "#eaf1ff",
    "--state-running-solid": "#3b74f0",
    "--state-completed": "#14713a",
    "--state-completed-tint": "#e9f9ef",
    "--state-completed-solid": "#2f9e5f",
    "--state-failed": "#b91c1c",
    "--state-failed-tint": "#fdeeee",
    "--state-failed-solid": "#dc3b3b",
    "--state-cancelled": "#5c5c5c",
    "--state-cancelled-tint": "#f2f2f2",
    "--state-cancelled-solid": "#8f8f8f",
  },
  dark: {
    "--state-pending": "#b3c0d3",
    "--state-pending-tint": "#2a3240",
    "--state-pending-solid": "#8496b0",
    "--state-running": "#8db8ff",
    "--state-running-tint": "#1d2f52",
    "--state-running-solid": "#5b95f5",
    "--state-completed": "#6bd596",
    "--state-completed-tint": "#173626",
    "--state-completed-solid": "#3fae70",
    "--state-failed": "#ff9c9c",
    "--state-failed-tint": "#472328",
    "--state-failed-solid": "#e85c5c",
    "--state-cancelled": "#bdbdbd",
    "--state-cancelled-tint": "#303236",
    "--state-cancelled-solid": "#8d8d8d",
  },
};
