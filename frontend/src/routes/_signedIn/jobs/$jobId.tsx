/** /jobs/$jobId: one job. */
import { createFileRoute } from "@tanstack/react-router";
import { JobPage } from "#/jobs/detail/JobPage";

export const Route = createFileRoute("/_signedIn/jobs/$jobId")({ component: Page });

function Page() {
  const { jobId } = Route.useParams();
  return <JobPage key={jobId} jobId={jobId} />;
}
