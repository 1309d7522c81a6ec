/** Live updates for components. */
import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import type { Live, LiveState, Refresh } from "#/live/live";

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveContext above it");
  return live;
}

/**
 * Keeps what the component shows up to date, while it is mounted; at most once in `pace`
 * milliseconds. `refresh` must be stable.
 */
export function useLiveRefresh(refresh: Refresh, pace = 0): void {
  const live = useLive();
  useEffect(() => live.watch(refresh, pace), [live, refresh, pace]);
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** How many changes came in while paused. */
export function useWaitingChanges(): number {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.waiting);
}
