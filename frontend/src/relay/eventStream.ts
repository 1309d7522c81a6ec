/**
 * Follows one GraphQL subscription over Server-Sent Events: a stream for each operation.
 *
 * By fetch, because a browser's EventSource carries no token; read here, because the ids on idle
 * lines and the comments between events tell how far the stream has come and that it lives.
 */
import type { Variables } from "relay-runtime";
import {
  type Answer,
  bodyOf,
  ENDPOINT,
  type Operation,
  RequestFailure,
  requireData,
} from "./transport";

/** What came in one piece. */
export interface Heard<Data> {
  /** Perhaps none: a sign of life. */
  readonly events: readonly Data[];
  /** What to resume after, once these events are dealt with; null: as before. */
  readonly cursor: string | null;
}

interface StreamOptions {
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/**
 * Resolves once the server agreed; what comes then ends where the server ends it.
 *
 * Raises RequestFailure where it refuses, and while iterating where it says why it ends or the
 * connection breaks.
 */
export async function openEventStream<Data>(
  operation: Operation,
  variables: Variables,
  { token, signal }: StreamOptions,
): Promise<AsyncGenerator<Heard<Data>, void>> {
  let response: Response;
  try {
    response = await fetch(ENDPOINT, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      signal,
      headers: {
        Accept: "text/event-stream",
        "Content-Type": "application/json",
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
      },
      body: bodyOf(operation, variables),
    });
  } catch {
    throw new RequestFailure("NETWORK", "The server could not be reached.");
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (response.ok && response.body && type.startsWith("text/event-stream")) {
    return heardFrom<Data>(response.body);
  }
  const answer: Answer = await response.json().catch(() => ({}));
  requireData({ ...answer, data: null });
  throw new RequestFailure("NETWORK", "The server did not answer as expected.");
}

async function* heardFrom<Data>(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Heard<Data>, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read().catch(() => {
        throw new RequestFailure("NETWORK", "The connection broke.");
      });
      if (done) return;
      // The API ends lines by line feeds, and events by an empty line. Half an event waits.
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      const piece = readBlocks(blocks);
      yield { events: piece.answers.map(({ data }) => data as Data), cursor: piece.cursor };
      if (piece.refusal) requireData(piece.refusal);
      if (piece.complete) return;
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

function readBlocks(blocks: readonly string[]) {
  const answers: Answer[] = [];
  let cursor: string | null = null;
  for (const block of blocks) {
    let event = "";
    let data = "";
    for (const line of block.split("\n")) {
      if (line.startsWith("id: ")) cursor = line.slice(4);
      else if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
    }
    if (event === "complete") return { answers, cursor, complete: true };
    if (event !== "next") continue;
    const answer: Answer = JSON.parse(data);
    if (answer.errors) return { answers, cursor, refusal: answer };
    answers.push(answer);
  }
  return { answers, cursor };
}
