/** Sends one GraphQL operation over HTTP and says in one type everything that can go wrong. */
import type { GraphQLResponseWithData, Variables } from "relay-runtime";
import { NEW_VERSION, offerReload } from "#/relay/newVersion";

export const ENDPOINT = "/graphql";
const SLOWEST_ANSWER_MS = 30_000;
/** Browsers let bodies of up to 64 kB outlive their page; a character takes three bytes at most. */
const LONGEST_KEPT_ALIVE = 20_000;

/** Why a request has no data: the API's `extensions.code`, or NETWORK where no answer came. */
export type FailureCode =
  | "NETWORK"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "BAD_USER_INPUT"
  | "INVALID_CURSOR"
  | "TOO_COMPLEX"
  | "RATE_LIMITED"
  | "DOCUMENT_NOT_FOUND"
  | "INTERNAL_SERVER_ERROR"
  | "GRAPHQL_PARSE_FAILED"
  | "GRAPHQL_VALIDATION_FAILED";

/** A request that brought no data. `message` is a sentence for a person. */
export class RequestFailure extends Error {
  override readonly name = "RequestFailure";
  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** The failure behind whatever was thrown; anything unknown counts as a lost connection. */
export function asFailure(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  return new RequestFailure("NETWORK", "The server could not be reached.");
}

export interface Operation {
  /** The SHA-256 of its text, by which the server knows it. */
  readonly id?: string | null;
  readonly name: string;
}

interface GraphQLFailure {
  message: string;
  extensions?: { code?: string };
}

/** An answer of the API, as it came. */
export interface Answer {
  data?: unknown;
  errors?: readonly GraphQLFailure[];
}

/** The body of a request: which document of the manifest, and its variables. */
export function bodyOf({ id, name }: Operation, variables: Variables): string {
  return JSON.stringify({ documentId: id, operationName: name, variables });
}

interface SendOptions {
  readonly token?: string | null;
  readonly signal?: AbortSignal;
  /** Lets the request outlive the page: for writes made while it closes. */
  readonly keepalive?: boolean;
}

/**
 * Posts the operation and resolves to an answer with data.
 *
 * Raises RequestFailure where there is none: every top-level error of the API means that.
 */
export async function send(
  operation: Operation,
  variables: Variables,
  { token, signal, keepalive }: SendOptions = {},
): Promise<GraphQLResponseWithData> {
  const timeout = AbortSignal.timeout(SLOWEST_ANSWER_MS);
  const body = bodyOf(operation, variables);
  let response: Response;
  try {
    response = await fetch(ENDPOINT, {
      method: "POST",
      credentials: "same-origin",
      keepalive: keepalive === true && body.length < LONGEST_KEPT_ALIVE,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: {
        Accept: "application/graphql-response+json, application/json;q=0.9",
        "Content-Type": "application/json",
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      body,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestFailure("NETWORK", "The server could not be reached.");
  }

  let answer: Answer;
  try {
    answer = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestFailure("NETWORK", "The server did not answer as expected.");
  }

  requireData(answer);
  return answer as GraphQLResponseWithData;
}

/** Raises RequestFailure where the answer has no data. */
export function requireData({ data, errors }: Answer): void {
  const failure = errors?.[0];
  if (failure) {
    const code = failure.extensions?.code ?? "INTERNAL_SERVER_ERROR";
    if (code === "DOCUMENT_NOT_FOUND") {
      offerReload();
      throw new RequestFailure(code, NEW_VERSION);
    }
    throw new RequestFailure(code as FailureCode, failure.message);
  }
  if (!data) throw new RequestFailure("NETWORK", "The server did not answer as expected.");
}
