/** Says whether what is shown is up to date; a click pauses it, another goes on. */
import { UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { LiveState } from "#/live/live";
import { useLive, useLiveState, useWaitingChanges } from "#/live/useLive";
import { announce } from "#/ui/announcer";
import { useCommand } from "#/ui/commands";
import classes from "./LiveIndicator.module.css";

const WORDS: Record<LiveState, { word: string; meaning: string }> = {
  live: { word: "Live", meaning: "What you see is kept up to date. Click to pause." },
  reconnecting: {
    word: "Reconnecting",
    meaning:
      "The server does not answer. What you see may be out of date; it is being tried again.",
  },
  paused: { word: "Paused", meaning: "Nothing changes by itself. Click to go on." },
  offline: {
    word: "Offline",
    meaning: "This device has no network. What you see may be out of date.",
  },
};

export function LiveIndicator() {
  const live = useLive();
  const state = useLiveState();
  const waiting = useWaitingChanges();
  const [paused, setPaused] = useState(false);
  const { word, meaning } = WORDS[state];

  const said = useRef(state);
  useEffect(() => {
    if (said.current !== state) announce(`Updates: ${word}`);
    said.current = state;
  }, [state, word]);

  function toggle() {
    setPaused(!paused);
    live.setPaused(!paused);
  }
  useCommand({
    id: "pause-updates",
    label: paused ? "Go on with live updates" : "Pause live updates",
    group: "Anywhere",
    run: toggle,
  });

  return (
    <UnstyledButton
      className={classes.live}
      data-state={state}
      aria-pressed={paused}
      title={meaning}
      onClick={toggle}
    >
      <span className={classes.dot} aria-hidden="true" />
      <span>{word}</span>
      {waiting > 0 && (
        <span className={classes.waiting}>
          {waiting.toLocaleString("en")} {waiting === 1 ? "change" : "changes"}
        </span>
      )}
    </UnstyledButton>
  );
}
