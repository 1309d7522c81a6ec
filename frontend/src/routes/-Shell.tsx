/** Header and page: what surrounds the list and the detail. */
import { Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useRelayEnvironment } from "react-relay";
import { CreateJobContext } from "#/jobs/create/CreateJobContext";
import { noteOwnJob } from "#/jobs/list/ListWatch";
import { StatusChanges } from "#/jobs/status/StatusChanges";
import { StatusChangesContext } from "#/jobs/status/StatusChangesContext";
import { LateLive } from "#/live/LateLive";
import { LiveContext } from "#/live/useLive";
import { useMay, useSession, useViewer } from "#/session/SessionContext";
import { useCommand } from "#/ui/commands";
import { closeToast, showToast } from "#/ui/toasts";
import { Header } from "./-Header";

const CREATED_TOAST_MS = 6_000;

const CreateJobDialog = lazy(() =>
  import("#/jobs/create/CreateJobDialog").then((module) => ({ default: module.CreateJobDialog })),
);

export function Shell() {
  const session = useSession();
  const viewer = useViewer();
  const environment = useRelayEnvironment();
  const router = useRouter();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });
  const [live] = useState(
    () =>
      new LateLive(async () => {
        const { followChanges } = await import("#/jobs/changes/followChanges");
        return followChanges(environment, session);
      }),
  );
  const [changes] = useState(() => new StatusChanges(environment, live.nudge));
  const [creating, setCreating] = useState<"never" | "open" | "closed">("never");
  const create = useCallback(() => setCreating("open"), []);

  const mayCreate = useMay("CREATE_JOBS");
  useCommand(
    mayCreate
      ? { id: "new-job", label: "New job", group: "Anywhere", keys: "n", run: create }
      : null,
  );
  useCommand({
    id: "api-tokens",
    label: "API tokens",
    group: "Anywhere",
    run: () => navigate({ to: "/tokens" }),
  });
  useCommand({
    id: "undo",
    label: "Undo the last status change",
    group: "Anywhere",
    keys: "z",
    run: () => changes.undo(),
  });

  // Another account signed in, in another tab: nothing that the former saw stays.
  const [account] = useState(viewer?.id);
  useEffect(() => {
    if (viewer && viewer.id !== account) window.location.reload();
  }, [viewer, account]);

  // Signed out, here or in another tab: sign in again, then come back to this very page.
  useEffect(() => {
    if (!viewer && !here.startsWith("/login")) {
      navigate({ to: "/login", search: { next: here }, replace: true });
    }
  }, [viewer, navigate, here]);

  function onCreated({ id, name }: { id: string; name: string }) {
    noteOwnJob(id);
    live.nudge();
    const toast = `created-${id}`;
    showToast({
      id: toast,
      icon: "check",
      title: name,
      text: "was created.",
      lasts: CREATED_TOAST_MS,
      actions: [
        {
          label: "Open",
          run: () => {
            closeToast(toast);
            void router.navigate({ to: "/jobs/$jobId", params: { jobId: id } });
          },
        },
      ],
    });
  }

  if (!viewer) return null;
  return (
    <LiveContext value={live}>
      <StatusChangesContext value={changes}>
        <CreateJobContext value={create}>
          <Header onCreate={create} />
          <Outlet />
          <Suspense fallback={null}>
            {creating !== "never" && (
              <CreateJobDialog
                opened={creating === "open"}
                onClose={() => setCreating("closed")}
                onCreated={onCreated}
              />
            )}
          </Suspense>
        </CreateJobContext>
      </StatusChangesContext>
    </LiveContext>
  );
}
