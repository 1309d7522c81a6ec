/** Live updates for components. */
import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import type { Live, LiveState, Refresh } from "#/live/live";

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveContext above it");
  return live;
}

/** Keeps what the component shows up to date, while it is mounted. `refresh` must be stable. */
export function useLiveRefresh(refresh: Refresh): void {
  const live = useLive();
  useEffect(() => live.watch(refresh), [live, refresh]);
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.state);
}
