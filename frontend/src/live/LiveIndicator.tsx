/** Says whether what is shown is up to date. */
import type { LiveState } from "#/live/live";
import { useLiveState } from "#/live/useLive";
import classes from "./LiveIndicator.module.css";

const WORDS: Record<LiveState, { word: string; meaning: string }> = {
  live: { word: "Live", meaning: "What you see is kept up to date." },
  reconnecting: {
    word: "Reconnecting",
    meaning:
      "The server does not answer. What you see may be out of date; it is being tried again.",
  },
  paused: { word: "Paused", meaning: "Updates pause while the page is hidden." },
  offline: {
    word: "Offline",
    meaning: "This device has no network. What you see may be out of date.",
  },
};

export function LiveIndicator() {
  const state = useLiveState();
  const { word, meaning } = WORDS[state];
  return (
    <span className={classes.live} data-state={state} role="status" title={meaning}>
      <span className={classes.dot} aria-hidden="true" />
      {word}
    </span>
  );
}
