/** Keeps a job's facts current while its page is open, and says aloud when it moved on. */
import { useCallback } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import type { useLiveJobQuery } from "#/jobs/detail/__generated__/useLiveJobQuery.graphql";
import type { Change } from "#/live/live";
import { useLiveRefresh } from "#/live/useLive";
import { request } from "#/relay/request";
import { announce } from "#/ui/announcer";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";

/** The facts alone: what is new in the trail is fetched only once there is something new. */
const query = graphql`
  query useLiveJobQuery($id: ID!) {
    job(id: $id) {
      state
      ...JobHeading_job
      ...JobFacts_job
      status {
        id
        setBy {
          username
        }
      }
    }
  }
`;

export function useLiveJob(id: string) {
  const environment = useRelayEnvironment();
  const refresh = useCallback(
    async (signal: AbortSignal, changes?: readonly Change[]) => {
      if (changes) return announceChanges(changes.filter(({ jobId }) => jobId === id));
      const before = environment.getStore().getSource().get(id)?.state;
      const { job } = await request<useLiveJobQuery>(environment, query, { id }, signal);
      if (!job || job.state === before) return;
      announceState(job.state, job.status.setBy?.username);
    },
    [environment, id],
  );
  useLiveRefresh(refresh);
}

function announceChanges(changes: readonly Change[]) {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first && last && first.before !== last.state) announceState(last.state, last.by);
}

function announceState(state: JobState, username: string | null | undefined) {
  announce(`Now ${stateLooks[state].word}${username ? `, set by ${username}` : ""}`);
}
