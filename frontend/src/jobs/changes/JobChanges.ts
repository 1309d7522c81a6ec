/** Takes every status change there is off one stream, and shows it wherever its job is at hand. */
import { graphql } from "react-relay";
import { type Environment, getRequest, type RecordSourceProxy } from "relay-runtime";
import type { Source } from "#/live/LiveStream";
import type { Change } from "#/live/live";
import { authorised, settled } from "#/relay/environment";
import { openEventStream } from "#/relay/eventStream";
import { request } from "#/relay/request";
import type { Session } from "#/session/session";
import type { JobState } from "#/ui/JobState";
import type { JobChangesRenewQuery } from "./__generated__/JobChangesRenewQuery.graphql";
import type {
  JobChangesSubscription,
  JobChangesSubscription$data,
} from "./__generated__/JobChangesSubscription.graphql";

const subscription = graphql`
  subscription JobChangesSubscription($after: String) {
    jobStatuses(after: $after) {
      node {
        id
        state
        setBy {
          id
          username
        }
        job {
          id
          version
          state
          stateChangedAt
          startedAt
          finishedAt
          allowedTransitions
        }
      }
    }
  }
`;

const renewQuery = graphql`
  query JobChangesRenewQuery($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Job {
        id
        version
        state
        stateChangedAt
        startedAt
        finishedAt
        allowedTransitions
      }
    }
  }
`;

/** As many as the API gives at once. */
const MOST_IDS = 100;
/** The slowest answer comes within 30 seconds: a change is remembered a little longer. */
const REMEMBERED_MS = 35_000;
const MOST_REMEMBERED = 5_000;
const CHECK_MS = 1_000;

type Status = JobChangesSubscription$data["jobStatuses"]["node"];

interface Remembered {
  readonly status: Status;
  readonly at: number;
}

export class JobChanges implements Source<JobChangesSubscription$data> {
  /** The latest change of each job that changed of late. */
  private readonly recent = new Map<string, Remembered>();
  private checking: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly session: Session,
  ) {}

  readonly open = (after: string | null, signal: AbortSignal) => {
    const variables: JobChangesSubscription["variables"] = { after };
    return authorised(this.session, (token) =>
      openEventStream<JobChangesSubscription$data>(getRequest(subscription).params, variables, {
        token,
        signal,
      }),
    );
  };

  apply(events: readonly JobChangesSubscription$data[]): Change[] {
    const at = Date.now();
    const changes = events.map(({ jobStatuses: { node: status } }): Change => {
      this.recent.delete(status.job.id);
      this.recent.set(status.job.id, { status, at });
      return {
        jobId: status.job.id,
        state: status.state,
        before: this.shown(status.job.id),
        by: status.setBy?.username ?? null,
      };
    });
    this.patch(events.map((event) => event.jobStatuses.node));
    this.checking ??= setInterval(() => this.check(), CHECK_MS);
    return changes;
  }

  async renew(signal: AbortSignal): Promise<void> {
    const earlier = settled(this.environment);
    await this.readAnew(signal);
    // What was under way may have been read before the stream began, and come in after all that.
    if ((await earlier) && !signal.aborted) await this.readAnew(signal);
  }

  private async readAnew(signal: AbortSignal): Promise<void> {
    const source = this.environment.getStore().getSource();
    const ids = source.getRecordIDs().filter((id) => source.get(id)?.__typename === "Job");
    for (let start = 0; start < ids.length && !signal.aborted; start += MOST_IDS) {
      const some = ids.slice(start, start + MOST_IDS);
      await request<JobChangesRenewQuery>(this.environment, renewQuery, { ids: some }, signal);
    }
  }

  private shown(jobId: string): JobState | null {
    const state = this.environment.getStore().getSource().get(jobId)?.state;
    return (state as JobState | undefined) ?? null;
  }

  /** An answer that was read before a change may come in after it: the change is put back. */
  private check(): void {
    const oldest = Date.now() - REMEMBERED_MS;
    for (const [jobId, { at }] of this.recent) {
      if (at >= oldest && this.recent.size <= MOST_REMEMBERED) break;
      this.recent.delete(jobId);
    }
    const source = this.environment.getStore().getSource();
    const outdated = [...this.recent.values()]
      .map(({ status }) => status)
      .filter(({ job }) => {
        const version = source.get(job.id)?.version;
        return typeof version === "number" && version < job.version;
      });
    this.patch(outdated);
    if (this.recent.size > 0) return;
    clearInterval(this.checking);
    this.checking = undefined;
  }

  /** All at once, so that what is shown is drawn once. */
  private patch(statuses: readonly Status[]): void {
    const source = this.environment.getStore().getSource();
    const atHand = statuses.filter(({ job }) => source.get(job.id)?.__typename === "Job");
    if (atHand.length === 0) return;
    this.environment.commitUpdate((store) => {
      for (const status of atHand) show(store, status);
    });
  }
}

/** Never takes a job back to an earlier version. */
function show(store: RecordSourceProxy, { id, state, setBy, job: news }: Status): void {
  const job = store.get(news.id);
  if (!job || Number(job.getValue("version") ?? 0) > news.version) return;
  job
    .setValue(news.version, "version")
    .setValue(news.state, "state")
    .setValue(news.stateChangedAt, "stateChangedAt")
    .setValue(news.startedAt, "startedAt")
    .setValue(news.finishedAt, "finishedAt")
    .setValue([...news.allowedTransitions], "allowedTransitions");
  const status = store.get(id) ?? store.create(id, "JobStatus").setValue(id, "id");
  status.setValue(state, "state");
  if (setBy) {
    const user = store.get(setBy.id) ?? store.create(setBy.id, "User").setValue(setBy.id, "id");
    user.setValue(setBy.username, "username");
    status.setLinkedRecord(user, "setBy");
  } else {
    status.setValue(null, "setBy");
  }
  job.setLinkedRecord(status, "status");
}
