/** The API, as a program would use it beside the browser. */
import { type APIRequestContext, expect, type Request } from "@playwright/test";

export interface Api {
  createJob(name: string): Promise<{ id: string; version: number }>;
  setStatus(id: string, state: string, message?: string): Promise<void>;
  stateOf(id: string): Promise<string>;
  jobsNamed(name: string): Promise<number>;
}

interface Grant {
  readonly accessToken: string;
  readonly expiresAt: string;
}

const MARGIN_MS = 60_000;
const LOG_IN = `mutation ($name: String!, $useCookie: Boolean!) {
  logIn(input: { username: $name, password: $name, useCookie: $useCookie }) {
    ... on LogInSuccess { session { accessToken expiresAt } }
  }
}`;

/** Signs in as a development account; `useCookie` leaves the session in the browser that asks. */
export async function logIn(
  request: APIRequestContext,
  name: string,
  { useCookie }: { useCookie: boolean },
): Promise<Grant> {
  const answer = await request.post("/graphql", {
    data: { query: LOG_IN, variables: { name, useCookie } },
  });
  const { session } = (await answer.json()).data.logIn;
  expect(session.accessToken).toBeTruthy();
  return session;
}

export function apiOf(request: APIRequestContext): Api {
  let grant: Grant | null = null;

  async function call(query: string, variables: object) {
    if (!grant || Date.parse(grant.expiresAt) < Date.now() + MARGIN_MS) {
      grant = await logIn(request, "admin", { useCookie: false });
    }
    const answer = await request.post("/graphql", {
      data: { query, variables },
      // The server closes a connection that rests, perhaps just as it would be used again.
      headers: { Authorization: `Bearer ${grant.accessToken}`, Connection: "close" },
    });
    const body = await answer.json();
    expect(body.errors).toBeUndefined();
    return body.data;
  }

  return {
    async createJob(name) {
      const { createJob } = await call(
        "mutation ($name: String!) { createJob(input: { name: $name }) { ... on CreateJobSuccess { job { id version } } } }",
        { name },
      );
      return createJob.job;
    },
    async setStatus(jobId, state, message) {
      const { setJobStatus } = await call(
        "mutation ($input: SetJobStatusInput!) { setJobStatus(input: $input) { __typename } }",
        { input: { jobId, state, message } },
      );
      expect(setJobStatus.__typename).toBe("SetJobStatusSuccess");
    },
    async stateOf(id) {
      const { job } = await call("query ($id: ID!) { job(id: $id) { state } }", { id });
      return job.state;
    },
    async jobsNamed(name) {
      const { jobs } = await call(
        "query ($name: String!) { jobs(filter: { nameStartsWith: $name }) { totalCount { value } } }",
        { name },
      );
      return jobs.totalCount.value;
    },
  };
}

/** The name of the GraphQL operation that a page sends; null of any other request. */
export function operationOf(request: Request): string | null {
  if (!request.url().endsWith("/graphql") || request.method() !== "POST") return null;
  return request.postDataJSON()?.operationName ?? null;
}
