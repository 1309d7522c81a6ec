/** One clock for the whole page: everything that tells time ticks with it, and only what changed renders again. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  for (const listener of listeners) listener();
}

function start() {
  if (timer === undefined && listeners.size > 0 && !document.hidden)
    timer = setInterval(tick, 1000);
}

function stop() {
  clearInterval(timer);
  timer = undefined;
}

function onVisibilityChange() {
  if (document.hidden) {
    stop();
  } else {
    tick();
    start();
  }
}

function subscribe(listener: () => void) {
  if (listeners.size === 0) document.addEventListener("visibilitychange", onVisibilityChange);
  listeners.add(listener);
  start();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop();
    document.removeEventListener("visibilitychange", onVisibilityChange);
  };
}

const never = () => () => {};

/**
 * Text that depends on the time of day, kept current once a second while the tab is visible. A component renders
 * again only where its text became another. `ticking` false: computed on render alone.
 */
export function useTickingText(tell: (now: number) => string, ticking = true): string {
  return useSyncExternalStore(ticking ? subscribe : never, () =>
    tell(Math.floor(Date.now() / 1000) * 1000),
  );
}
