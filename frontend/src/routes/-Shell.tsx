/** Header and page: what surrounds the list and the detail. */
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useViewer } from "#/session/SessionContext";

export function Shell() {
  const viewer = useViewer();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });

  // Signed out, here or in another tab: sign in again, then come back to this very page.
  useEffect(() => {
    if (!viewer) navigate({ to: "/login", search: { next: here }, replace: true });
  }, [viewer, navigate, here]);

  return <Outlet />;
}
