/** What every page stands in: theme, Relay, session, and notices of what went wrong. */
import { MantineProvider } from "@mantine/core";
import { createRootRouteWithContext, Link, Outlet } from "@tanstack/react-router";
import { RelayEnvironmentProvider } from "react-relay";
import type { Environment } from "relay-runtime";
import { SessionContext } from "#/session/SessionContext";
import type { Session } from "#/session/session";
import { Announcer } from "#/ui/announcer";
import { EmptyState } from "#/ui/EmptyState";
import { KeyboardLayer } from "#/ui/KeyboardLayer";
import { cssVariables, theme } from "#/ui/theme";
import { Toasts } from "#/ui/toasts";
import "#/ui/styles";

interface RouterContext {
  session: Session;
  environment: Environment;
}

export const Route = createRootRouteWithContext<RouterContext>()({
  component: Root,
  notFoundComponent: NotFound,
});

function Root() {
  const { session, environment } = Route.useRouteContext();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <SessionContext value={session}>
        <RelayEnvironmentProvider environment={environment}>
          <Outlet />
          <KeyboardLayer />
          <Toasts />
          <Announcer />
        </RelayEnvironmentProvider>
      </SessionContext>
    </MantineProvider>
  );
}

function NotFound() {
  return (
    <main>
      <EmptyState
        title="There is no such page"
        icon="search"
        action={
          <Link to="/jobs" style={{ color: "inherit" }}>
            All jobs
          </Link>
        }
      >
        The address may be incomplete.
      </EmptyState>
    </main>
  );
}
