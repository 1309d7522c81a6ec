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

const queriesUnderWay = new WeakMap<Environment, Set<Promise<void>>>();

export function createEnvironment(session: Session): Environment {
  const underWay = new Set<Promise<void>>();
  const fetchOperation: FetchFunction = (operation, variables) =>
    Observable.create((sink) => {
      const abort = new AbortController();
      // What is written while the page closes must still arrive.
      const keepalive = operation.operationKind === "mutation";
      const answered = authorised(session, (token) =>
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
      if (operation.operationKind === "query") {
        underWay.add(answered);
        void answered.finally(() => underWay.delete(answered));
      }
      return () => abort.abort();
    });

  const environment = new Environment({
    network: Network.create(fetchOperation),
    store: new Store(new RecordSource(), { gcReleaseBufferSize: RELEASED_QUERIES_KEPT }),
    missingFieldHandlers,
  });
  queriesUnderWay.set(environment, underWay);
  return environment;
}

/** Waits for the answers of all queries that are under way now; false where there are none. */
export async function settled(environment: Environment): Promise<boolean> {
  const underWay = [...(queriesUnderWay.get(environment) ?? [])];
  await Promise.allSettled(underWay);
  return underWay.length > 0;
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
