/** Hands the session to components. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Permission, Session, Viewer } from "#/session/session";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs a SessionContext above it");
  return session;
}

/** The account that is signed in; null on the way out. */
export function useViewer(): Viewer | null {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.viewer);
}

/** Whether the account may do that. The API has the last word. */
export function useMay(permission: Permission): boolean {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, () => session.may(permission));
}
