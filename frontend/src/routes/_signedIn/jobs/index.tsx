/** /jobs: the list. */
import { createFileRoute } from "@tanstack/react-router";
import { JobsPage } from "#/jobs/list/JobsPage";
import { readSearch } from "#/jobs/list/search";

export const Route = createFileRoute("/_signedIn/jobs/")({
  validateSearch: readSearch,
  component: JobsPage,
});
