/** The sign-in page. `next` is where to go on. */
import { createFileRoute, redirect } from "@tanstack/react-router";
import { LogInPage } from "#/session/LogInPage";

interface LogInSearch {
  next?: string;
}

export const Route = createFileRoute("/login")({
  validateSearch: (search: Record<string, unknown>): LogInSearch => {
    // Only a path of this site: never a place that a link from elsewhere could choose.
    const next = search.next;
    return typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {};
  },
  beforeLoad: ({ context, search }) => {
    if (context.session.viewer()) throw redirect({ href: search.next ?? "/jobs", replace: true });
  },
  component: Page,
});

function Page() {
  const { next } = Route.useSearch();
  const navigate = Route.useNavigate();
  const { session } = Route.useRouteContext();
  const href = next ?? "/jobs";

  function goOn() {
    // Nothing that one account saw is left for the next.
    if (session.isAnotherAccount()) window.location.assign(href);
    else navigate({ href, replace: true });
  }

  return <LogInPage onLoggedIn={goOn} />;
}
