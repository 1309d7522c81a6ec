/** A real Relay environment whose server is a function of the test. */
import { Environment, Network, Observable, RecordSource, Store } from "relay-runtime";

export interface Asked {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has variables of its own
  readonly variables: Record<string, any>;
}

export interface TestServer {
  readonly environment: Environment;
  /** Every operation that arrived, in order. */
  readonly asked: Asked[];
}

/** `answer` returns the data of an operation, or throws what the request shall fail with. */
export function testServer(answer: (asked: Asked) => unknown): TestServer {
  const asked: Asked[] = [];
  const environment = new Environment({
    network: Network.create((operation, variables) =>
      Observable.from(
        (async () => {
          const one = { name: operation.name, variables };
          asked.push(one);
          // biome-ignore lint/suspicious/noExplicitAny: whatever the operation asked for
          return { data: (await answer(one)) as any };
        })(),
      ),
    ),
    store: new Store(new RecordSource(), { gcReleaseBufferSize: 0 }),
  });
  return { environment, asked };
}

/** A job as the API tells it. */
export function aJob(index: number, fields: object = {}) {
  return {
    __typename: "Job",
    id: `job-${index}`,
    name: `job number ${index}`,
    state: "PENDING",
    stateChangedAt: "2026-11-24T12:00:00Z",
    version: 1,
    allowedTransitions: ["RUNNING", "CANCELLED", "FAILED"],
    createdAt: "2026-11-24T12:00:00Z",
    startedAt: null,
    finishedAt: null,
    createdBy: null,
    ...fields,
  };
}
