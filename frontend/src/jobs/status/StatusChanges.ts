/**
 * Status changes on their way: shown at once, sent after five seconds in which they can be undone,
 * put back where they failed, with the truth and the reason.
 */
import { commitMutation } from "react-relay";
import type { Disposable, Environment, RecordSourceProxy } from "relay-runtime";
import { idempotencyKey } from "#/jobs/idempotencyKey";
import { setStatusMutation } from "#/jobs/status/operations";
import { asFailure, type RequestFailure } from "#/relay/transport";
import { announce } from "#/ui/announcer";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";
import { formatRelative } from "#/ui/timeFormat";
import { timeZone } from "#/ui/timePreferences";
import { closeToast, showToast } from "#/ui/toasts";
import type {
  operationsSetStatusMutation,
  operationsSetStatusMutation$data,
} from "./__generated__/operationsSetStatusMutation.graphql";

/** How long a change can be undone before it is sent. */
export const UNDO_MS = 5_000;

export interface Proposal {
  readonly jobId: string;
  readonly name: string;
  /** The job as the reader saw it. */
  readonly from: JobState;
  readonly version: number;
  readonly to: JobState;
  /** Why; at most 10,000 characters. */
  readonly message?: string;
}

interface Change {
  readonly proposal: Proposal;
  readonly key: string;
  readonly shown: Disposable;
  timer: ReturnType<typeof setTimeout> | null;
}

type Outcome = operationsSetStatusMutation$data["setJobStatus"];
type Truth = Extract<Outcome, { __typename: "VersionConflict" }>["job"];

export class StatusChanges {
  private readonly changes = new Map<string, Change>();
  private readonly listeners = new Set<() => void>();
  private refused = false;

  /** `afterwards` runs when a change was made or refused: what is shown may be out of date. */
  constructor(
    private readonly environment: Environment,
    private readonly afterwards: () => void,
  ) {
    // A reader who closes the page has had no reason to undo.
    window.addEventListener("pagehide", () => this.sendAll());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Whether a change of that job can be undone or is on its way. */
  readonly isChanging = (jobId: string): boolean => this.changes.has(jobId);

  /** False once the API said that this account may not change jobs. */
  readonly mayChange = (): boolean => !this.refused;

  /** Shows the change now and sends it in five seconds. */
  propose(proposal: Proposal, key = idempotencyKey()): void {
    const { jobId, name, to } = proposal;
    if (this.changes.has(jobId)) return;
    const shown = this.environment.applyUpdate({
      storeUpdater: (store) => showAs(store, proposal, new Date().toISOString()),
    });
    const timer = setTimeout(() => this.send(jobId), UNDO_MS);
    this.changes.set(jobId, { proposal, key, shown, timer });
    showToast({
      id: jobId,
      title: name,
      text: `is now ${stateLooks[to].word.toLowerCase()}.`,
      icon: stateLooks[to].icon,
      actions: [{ label: "Undo", run: () => this.undo(jobId) }],
      lasts: UNDO_MS,
      counts: true,
    });
    this.publish();
  }

  /** Takes back a change that was not sent yet; the latest one, where no job is named. */
  undo(jobId = [...this.changes.values()].findLast(({ timer }) => timer)?.proposal.jobId): void {
    const change = jobId === undefined ? undefined : this.changes.get(jobId);
    if (!change?.timer) return;
    this.settle(change);
    closeToast(change.proposal.jobId);
    announce(
      `${change.proposal.name} stays ${stateLooks[change.proposal.from].word.toLowerCase()}.`,
    );
  }

  private sendAll(): void {
    for (const [jobId, { timer }] of this.changes) if (timer) this.send(jobId);
  }

  private send(jobId: string): void {
    const change = this.changes.get(jobId);
    if (!change?.timer) return;
    clearTimeout(change.timer);
    change.timer = null;
    this.publish();
    const { to, message, version } = change.proposal;
    commitMutation<operationsSetStatusMutation>(this.environment, {
      mutation: setStatusMutation,
      variables: {
        input: {
          jobId,
          state: to,
          message: message || null,
          expectedVersion: version,
          idempotencyKey: change.key,
        },
      },
      onCompleted: ({ setJobStatus }) => {
        this.settle(change);
        this.tell(change.proposal, setJobStatus);
        this.afterwards();
      },
      onError: (error) => {
        this.settle(change);
        this.tellFailure(change, asFailure(error));
      },
    });
  }

  private tell({ jobId, name, to }: Proposal, outcome: Outcome): void {
    switch (outcome.__typename) {
      case "SetJobStatusSuccess":
        closeToast(jobId);
        return;
      case "VersionConflict":
      case "IllegalTransition":
        showToast({
          id: jobId,
          tone: "error",
          icon: "warning",
          title: `${name} was changed meanwhile`,
          text: `${truthOf(outcome.job)} Your change to ${stateLooks[to].word.toLowerCase()} was not made.`,
        });
        return;
      case "%other":
        return;
      default:
        showToast({
          id: jobId,
          tone: "error",
          icon: "warning",
          title: name,
          text: outcome.message,
        });
    }
  }

  private tellFailure({ proposal, key }: Change, failure: RequestFailure): void {
    const { jobId, name, from } = proposal;
    if (failure.code === "FORBIDDEN") {
      this.refused = true;
      this.publish();
      showToast({
        id: "forbidden",
        icon: "ban",
        title: "This account can look, but not change jobs",
        text: `${name} stays ${stateLooks[from].word.toLowerCase()}. Somebody who manages accounts can allow it.`,
      });
      closeToast(jobId);
      return;
    }
    showToast({
      id: jobId,
      tone: "error",
      icon: "warning",
      title: `${name} could not be changed`,
      text: `${failure.message} It is shown as ${stateLooks[from].word.toLowerCase()} again.`,
      actions: [{ label: "Retry", run: () => this.retry(proposal, key) }],
    });
  }

  /** With the same key: if the first try arrived after all, nothing is done twice. */
  private retry(proposal: Proposal, key: string): void {
    this.propose(proposal, key);
    this.send(proposal.jobId);
  }

  private settle(change: Change): void {
    if (change.timer) clearTimeout(change.timer);
    change.timer = null;
    change.shown.dispose();
    this.changes.delete(change.proposal.jobId);
    this.publish();
  }

  private publish(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The record as it will be, so that every view of the job shows the same. */
function showAs(store: RecordSourceProxy, { jobId, to }: Proposal, now: string): void {
  const job = store.get(jobId);
  if (!job) return;
  job.setValue(to, "state");
  job.setValue(now, "stateChangedAt");
  // No second move until the first is settled.
  job.setValue([], "allowedTransitions");
  const finished = to === "COMPLETED" || to === "FAILED" || to === "CANCELLED";
  job.setValue(finished ? now : null, "finishedAt");
  if (to === "RUNNING") job.setValue(now, "startedAt");
  if (to === "PENDING") job.setValue(null, "startedAt");
}

/** Who changed it to what, when and why. */
function truthOf({ status }: Truth): string {
  const who = status.setBy?.username ?? "A program";
  const when = formatRelative(Date.parse(status.createdAt), Date.now(), timeZone.get());
  const why = status.message ? ` (${status.message})` : "";
  return `${who} made it ${stateLooks[status.state].word.toLowerCase()} ${when}${why}.`;
}
