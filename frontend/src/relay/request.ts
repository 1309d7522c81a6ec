/** One query as a promise that can be called off. */
import { fetchQuery } from "react-relay";
import type { Environment, GraphQLTaggedNode, OperationType } from "relay-runtime";

/** Fetches from the network, always. Raises RequestFailure; an aborted one never settles. */
export function request<T extends OperationType>(
  environment: Environment,
  query: GraphQLTaggedNode,
  variables: T["variables"],
  signal?: AbortSignal,
): Promise<T["response"]> {
  return new Promise((resolve, reject) => {
    const subscription = fetchQuery<T>(environment, query, variables).subscribe({
      next: resolve,
      error: reject,
    });
    signal?.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
  });
}
