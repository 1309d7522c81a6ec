/** One job: its facts, its lifecycle and its trail. */
interface JobPageProps {
  jobId: string;
}

export function JobPage({ jobId }: JobPageProps) {
  return <main>{jobId}</main>;
}
