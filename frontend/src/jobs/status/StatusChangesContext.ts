/** Hands the changes on their way to components. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { StatusChanges } from "#/jobs/status/StatusChanges";
import { useMay } from "#/session/SessionContext";

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

/** False where this account may not change jobs, or the API said so since. */
export function useMayChange(): boolean {
  const changes = useStatusChanges();
  const may = useMay("CHANGE_JOBS");
  return useSyncExternalStore(changes.subscribe, changes.mayChange) && may;
}
