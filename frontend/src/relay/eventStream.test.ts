import { expect, it, vi } from "vitest";
import { type Heard, openEventStream } from "#/relay/eventStream";
import { RequestFailure } from "#/relay/transport";

const OPERATION = { id: "5e1d", name: "S" };

/** Answers with those chunks, cut wherever they are cut. */
function streaming(...chunks: (string | Error)[]) {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else if (chunk instanceof Error) controller.error(chunk);
      else controller.enqueue(encoder.encode(chunk));
    },
  });
  const answer = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  const fetch = vi.fn(async (_: string, _init: RequestInit) => answer);
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

async function heard() {
  const signal = new AbortController().signal;
  const stream = await openEventStream<unknown>(OPERATION, { after: "c0" }, { token: "t", signal });
  const pieces: Heard<unknown>[] = [];
  let failure: unknown = null;
  try {
    for await (const piece of stream) pieces.push(piece);
  } catch (error) {
    failure = error;
  }
  const events = pieces.flatMap((piece) => piece.events);
  const cursors = pieces.map(({ cursor }) => cursor).filter((cursor) => cursor !== null);
  return { events, cursors, pieces: pieces.length, failure };
}

const next = (id: string, data: unknown) =>
  `id: ${id}\nevent: next\ndata: ${JSON.stringify(data)}\n\n`;

it("asks with the token, for a stream and nothing else", async () => {
  const fetch = streaming("event: complete\ndata:\n\n");
  await heard();
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(url).toBe("/graphql");
  expect(init?.headers).toMatchObject({
    Accept: "text/event-stream",
    Authorization: "Bearer t",
  });
  expect(JSON.parse(String(init?.body))).toEqual({
    documentId: "5e1d",
    operationName: "S",
    variables: { after: "c0" },
  });
});

it("gives events in order, with the cursor to resume after", async () => {
  streaming(
    "retry: 1000\n\n",
    next("c1", { data: { n: 1 } }) + next("c2", { data: { n: 2 } }),
    next("c3", { data: { n: 3 } }),
    "event: complete\ndata:\n\n",
  );
  expect(await heard()).toEqual({
    events: [{ n: 1 }, { n: 2 }, { n: 3 }],
    cursors: ["c2", "c3"],
    pieces: 4,
    failure: null,
  });
});

it("takes comments and ids alone for signs of life", async () => {
  streaming(":\n\n", ":\nid: c9\n\n");
  expect(await heard()).toEqual({ events: [], cursors: ["c9"], pieces: 2, failure: null });
});

it("waits for the rest of an event that is cut anywhere, even within a letter", async () => {
  const bytes = new TextEncoder().encode(next("c1", { data: { name: "Größe\n\n" } }));
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut));
        controller.enqueue(bytes.slice(cut));
        controller.close();
      },
    });
    const headers = { "Content-Type": "text/event-stream; charset=utf-8" };
    vi.stubGlobal("fetch", async () => new Response(body, { headers }));
    const { events, cursors } = await heard();
    expect([events, cursors]).toEqual([[{ name: "Größe\n\n" }], ["c1"]]);
  }
});

it("does not take the id of an event that never came whole", async () => {
  streaming('id: c1\nevent: next\ndata: {"da');
  expect(await heard()).toMatchObject({ events: [], cursors: [] });
});

it("gives what came before the error that ends it", async () => {
  const error = { message: "Renew it.", extensions: { code: "UNAUTHENTICATED" } };
  streaming(
    `${next("c1", { data: 1 })}event: next\ndata: ${JSON.stringify({ errors: [error] })}\n\n`,
  );
  expect(await heard()).toMatchObject({
    events: [1],
    cursors: ["c1"],
    failure: new RequestFailure("UNAUTHENTICATED", "Renew it."),
  });
});

it("says that the connection broke", async () => {
  streaming(next("c1", { data: 1 }), new TypeError("network error"));
  expect((await heard()).failure).toEqual(new RequestFailure("NETWORK", "The connection broke."));
});

it.each([
  [
    "a refusal of the API",
    new Response('{"errors":[{"message":"Enough.","extensions":{"code":"RATE_LIMITED"}}]}', {
      headers: { "Content-Type": "application/graphql-response+json" },
    }),
    new RequestFailure("RATE_LIMITED", "Enough."),
  ],
  [
    "a page of a proxy",
    new Response("<h1>Bad gateway</h1>", { status: 502 }),
    new RequestFailure("NETWORK", "The server did not answer as expected."),
  ],
  [
    "a failed answer that calls itself a stream",
    new Response("", { status: 503, headers: { "Content-Type": "text/event-stream" } }),
    new RequestFailure("NETWORK", "The server did not answer as expected."),
  ],
])("refuses %s", async (_, response, failure) => {
  vi.stubGlobal("fetch", async () => response);
  await expect(heard()).rejects.toEqual(failure);
});

it("says that the server could not be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(heard()).rejects.toEqual(
    new RequestFailure("NETWORK", "The server could not be reached."),
  );
});
