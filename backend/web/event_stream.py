"""Answers in the GraphQL-over-SSE protocol, distinct connections mode.

Each event carries as its id the cursor to resume after; a client that comes back with it as
`Last-Event-ID` misses nothing. Comments between events tell client and proxies that the stream
lives.
"""

from collections.abc import AsyncGenerator
from typing import Final

from backend.web import metrics
from backend.web.exchange import current
from backend.web.protocol import Batch, Event, EventStream, GraphQLAnswer, Heartbeat, encoded

RETRY: Final = b"retry: 1000\n\n"  # milliseconds until a browser's EventSource comes back
COMPLETE: Final = b"event: complete\ndata:\n\n"


class ServerSentEvents:
    """A stream as the bytes that are sent. Whoever sends it calls `end`, however far it came."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self.chunks = _written(stream)

    async def end(self) -> None:
        """End the stream, and what it follows."""
        await self.chunks.aclose()
        await self._stream.aclose()


def single(answer: GraphQLAnswer) -> ServerSentEvents:
    """The one answer of an operation that is no subscription, as a stream of one event."""
    return ServerSentEvents(_once(Batch((Event(encoded(answer)),))))


async def _once(batch: Batch) -> EventStream:
    yield batch


async def _written(stream: EventStream) -> AsyncGenerator[bytes, None]:
    """The stream as bytes. What a client does not take holds up its own stream only."""
    noted = current()
    metrics.STREAMS.inc()
    try:
        yield RETRY
        async for batch in stream:
            if isinstance(batch, Batch):
                noted.events += len(batch)
                metrics.Tally.events += len(batch)
                yield batch.server_sent
            else:
                yield _alive(batch)
        yield COMPLETE
    finally:
        metrics.STREAMS.dec()


def _alive(heartbeat: Heartbeat) -> bytes:
    """A comment, and the id to resume after: without data it is no event, but is remembered."""
    return b":\n\n" if heartbeat.id is None else b":\nid: %s\n\n" % heartbeat.id.encode()
