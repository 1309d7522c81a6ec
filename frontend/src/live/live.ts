/** How pages hear of changes, whatever carries them: a stream, or a poll where there is none. */
import type { JobState } from "#/ui/JobState";

/** Live: up to date. Reconnecting: the last try failed. Paused: on request, or hidden. Offline: no network. */
export type LiveState = "live" | "reconnecting" | "paused" | "offline";

/** One status change that came in. */
export interface Change {
  readonly jobId: string;
  readonly state: JobState;
  /** What the reader saw until then; null where the job was not at hand. */
  readonly before: JobState | null;
  /** Username of who changed it; null for no account. */
  readonly by: string | null;
}

/**
 * Brings what one page shows up to date; raises where it could not.
 *
 * `changes` is all that happened since it last ran, and jobs at hand show it already. Absent:
 * anything may have changed.
 */
export type Refresh = (signal: AbortSignal, changes?: readonly Change[]) => Promise<void>;

export interface Live {
  /**
   * Has `refresh` run whenever something may have changed, at most once in `pace` milliseconds;
   * returns how to stop.
   */
  watch(refresh: Refresh, pace?: number): () => void;
  /** Has everything refreshed now: after a write, or on request. */
  readonly nudge: () => void;
  /** While paused nothing changes by itself; what comes in is counted and shown afterwards. */
  readonly setPaused: (paused: boolean) => void;
  /** Changes that came in while paused, as far as they can be counted. */
  readonly waiting: () => number;
  readonly state: () => LiveState;
  /** Calls `listener` whenever the state or the number of waiting changes is another. */
  readonly subscribe: (listener: () => void) => () => void;
}
