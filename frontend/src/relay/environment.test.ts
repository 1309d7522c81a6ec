import { commitMutation, fetchQuery } from "relay-runtime";
import { expect, it, vi } from "vitest";
import setStatusMutation from "#/jobs/status/__generated__/operationsSetStatusMutation.graphql";
import { createEnvironment } from "#/relay/environment";
import { testSession } from "#/test/session";
import tokensQuery from "#/tokens/__generated__/TokensPageQuery.graphql";

function asking() {
  const fetch = vi.fn(async (_: string, _init: RequestInit) => ({
    json: async () => ({ errors: [{ message: "No." }] }),
  }));
  vi.stubGlobal("fetch", fetch);
  const kept = () => fetch.mock.calls.map(([, { keepalive }]) => keepalive);
  return { environment: createEnvironment(testSession()), kept };
}

function move(environment: ReturnType<typeof createEnvironment>, message: string) {
  const input = { jobId: "job-1", state: "FAILED" as const, message };
  return new Promise((resolve) => {
    commitMutation(environment, {
      mutation: setStatusMutation,
      variables: { input },
      onError: resolve,
    });
  });
}

it("lets what is written outlive the page, as long as browsers allow", async () => {
  const { environment, kept } = asking();
  await move(environment, "exit code 1");
  await move(environment, "\u0001".repeat(10_000));
  expect(kept()).toEqual([true, false]);
});

it("lets what is read go with the page", async () => {
  const { environment, kept } = asking();
  await expect(fetchQuery(environment, tokensQuery, {}).toPromise()).rejects.toThrow("No.");
  expect(kept()).toEqual([false]);
});
