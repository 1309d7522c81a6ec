/** Hands the changes on their way to components. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { StatusChanges } from "#/jobs/status/StatusChanges";

export const StatusChangesContext = createContext<StatusChanges | null>(null);

export function useStatusChanges(): StatusChanges {
  const changes = useContext(StatusChangesContext);
  if (!changes) throw new Error("useStatusChanges needs a StatusChangesContext above it");
  return changes;
}

/** Whether a change of that job can still be undone or is on its way. */
export function useIsChanging(jobId: string): boolean {
  const changes = useStatusChanges();
  return useSyncExternalStore(changes.subscribe, () => changes.isChanging(jobId));
}

/** False once the API said that this account may not change jobs. */
export function useMayChange(): boolean {
  const changes = useStatusChanges();
  return useSyncExternalStore(changes.subscribe, changes.mayChange);
}
