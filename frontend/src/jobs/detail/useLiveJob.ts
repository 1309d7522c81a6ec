/** Keeps a job's facts current while its page is open, and says aloud when it moved on. */
import { useCallback } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import type { useLiveJobQuery } from "#/jobs/detail/__generated__/useLiveJobQuery.graphql";
import { useLiveRefresh } from "#/live/useLive";
import { request } from "#/relay/request";
import { announce } from "#/ui/announcer";
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
    async (signal: AbortSignal) => {
      const before = environment.getStore().getSource().get(id)?.state;
      const { job } = await request<useLiveJobQuery>(environment, query, { id }, signal);
      if (!job || job.state === before) return;
      const by = job.status.setBy ? `, set by ${job.status.setBy.username}` : "";
      announce(`Now ${stateLooks[job.state].word}${by}`);
    },
    [environment, id],
  );
  useLiveRefresh(refresh);
}
