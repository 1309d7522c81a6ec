/** The list of jobs with everything around it. */
export function JobsPage() {
  return <main>Jobs</main>;
}
