/** The Relay environment: one normalised store, fed by requests that carry the session's token. */
import {
  Environment,
  type FetchFunction,
  type MissingFieldHandler,
  Network,
  Observable,
  RecordSource,
  ROOT_TYPE,
  Store,
} from "relay-runtime";
import { RequestFailure, send } from "#/relay/transport";
import type { Session } from "#/session/session";

/** Queries whose data stays at hand after their last reader left: a few, for going back. */
const RELEASED_QUERIES_KEPT = 10;

export function createEnvironment(session: Session): Environment {
  const fetchOperation: FetchFunction = (operation, variables) =>
    Observable.create((sink) => {
      const abort = new AbortController();
      // What is written while the page closes must still arrive.
      const keepalive = operation.operationKind === "mutation";
      authorised(session, (token) =>
        send(operation, variables, { token, signal: abort.signal, keepalive }),
      ).then(
        (response) => {
          sink.next(response);
          sink.complete();
        },
        (error: Error) => {
          if (!abort.signal.aborted) sink.error(error);
        },
      );
      return () => abort.abort();
    });

  return new Environment({
    network: Network.create(fetchOperation),
    store: new Store(new RecordSource(), { gcReleaseBufferSize: RELEASED_QUERIES_KEPT }),
    missingFieldHandlers,
  });
}

/** Runs a request with the access token; where it was refused, once more with a renewed one. */
export async function authorised<T>(
  session: Session,
  request: (token: string | null) => Promise<T>,
): Promise<T> {
  const token = await session.accessToken();
  try {
    return await request(token);
  } catch (error) {
    if (!(error instanceof RequestFailure) || error.code !== "UNAUTHENTICATED") throw error;
    return await request(await session.renew(token));
  }
}

/** A job read by its id is the record the list already holds: the page opens without waiting. */
const missingFieldHandlers: MissingFieldHandler[] = [
  {
    kind: "linked",
    handle(field, record, args) {
      const isRoot = record?.getType() === ROOT_TYPE;
      if (isRoot && (field.name === "node" || field.name === "job")) return args.id;
      return undefined;
    },
  },
];
