/** The part of the site that needs an account. */
import { createFileRoute, redirect } from "@tanstack/react-router";
import { Shell } from "#/routes/-Shell";

export const Route = createFileRoute("/_signedIn")({
  beforeLoad: async ({ context, location }) => {
    if (!(await context.session.start())) {
      throw redirect({ to: "/login", search: { next: location.href }, replace: true });
    }
  },
  component: Shell,
});
