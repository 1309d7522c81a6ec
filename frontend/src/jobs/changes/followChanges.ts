/** Live updates of jobs, all of it loaded on demand. */
import type { Environment } from "relay-runtime";
import { JobChanges } from "#/jobs/changes/JobChanges";
import { LiveStream } from "#/live/LiveStream";
import type { Live } from "#/live/live";
import type { Session } from "#/session/session";

export function followChanges(environment: Environment, session: Session): Live {
  return new LiveStream(new JobChanges(environment, session));
}
