/** How pages hear of changes, whatever carries them: a poll today, a subscription later. */

/** Live: up to date. Reconnecting: the last try failed. Paused: hidden. Offline: no network. */
export type LiveState = "live" | "reconnecting" | "paused" | "offline";

/** Brings what one page shows up to date; raises where it could not. */
export type Refresh = (signal: AbortSignal) => Promise<void>;

export interface Live {
  /** Has `refresh` run whenever something may have changed; returns how to stop. */
  watch(refresh: Refresh): () => void;
  /** Has everything refreshed now: after a write, or on request. */
  nudge(): void;
  state(): LiveState;
  /** Calls `listener` whenever the state changes; returns how to stop. */
  subscribe(listener: () => void): () => void;
}
