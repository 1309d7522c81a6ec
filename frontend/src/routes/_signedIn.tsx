/** The part of the site that needs an account. */
import { Button } from "@mantine/core";
import { createFileRoute, redirect, useRouter } from "@tanstack/react-router";
import { asFailure } from "#/relay/transport";
import { Shell } from "#/routes/-Shell";
import { EmptyState } from "#/ui/EmptyState";

export const Route = createFileRoute("/_signedIn")({
  beforeLoad: async ({ context, location }) => {
    if (!(await context.session.start())) {
      throw redirect({ to: "/login", search: { next: location.href }, replace: true });
    }
  },
  component: Shell,
  errorComponent: Unreachable,
});

function Unreachable({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <main>
      <EmptyState
        title="Jobtrail could not be opened"
        icon="warning"
        role="alert"
        action={<Button onClick={() => void router.invalidate()}>Retry</Button>}
      >
        {asFailure(error).message}
      </EmptyState>
    </main>
  );
}
