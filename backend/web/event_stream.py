"""Answers in the GraphQL-over-SSE protocol, distinct connections mode.

Each event carries as its id the cursor to resume after; a client that comes back with it as
`Last-Event-ID` misses nothing. Comments between events tell client and proxies that the stream
lives.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Final

import orjson
from django.http import HttpResponse, StreamingHttpResponse

from backend.web.media_types import EVENT_STREAM
from backend.web.protocol import Batch, Event, EventStream, GraphQLAnswer, Heartbeat

RETRY: Final = b"retry: 1000\n\n"  # milliseconds until a browser's EventSource comes back
COMPLETE: Final = b"event: complete\ndata:\n\n"
LONGEST_SILENCE: Final = 30.0  # seconds that a client may take to accept what it is sent


def streamed(stream: EventStream) -> StreamingHttpResponse:
    """The response that passes a stream on."""
    return _response(_written(stream))


def single(answer: GraphQLAnswer) -> HttpResponse | StreamingHttpResponse:
    """The one answer of an operation that is no subscription, as a stream of one event."""
    return _response(_written(_once(Batch((Event(orjson.dumps(answer.body)),)))))


def _response(chunks: AsyncGenerator[bytes, None]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        chunks,
        content_type=EVENT_STREAM,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _once(batch: Batch) -> EventStream:
    yield batch


async def _written(stream: EventStream) -> AsyncGenerator[bytes, None]:
    """The stream as bytes. A client that does not read is cut off, and may resume."""
    async with contextlib.aclosing(stream):
        yield RETRY
        async for batch in stream:
            with _patience():
                yield batch.server_sent if isinstance(batch, Batch) else _alive(batch)
        yield COMPLETE


def _alive(heartbeat: Heartbeat) -> bytes:
    """A comment, and the id to resume after: without data it is no event, but is remembered."""
    return b":\n\n" if heartbeat.id is None else b":\nid: %s\n\n" % heartbeat.id.encode()


class _patience:  # noqa: N801 (reads as a statement)
    """Cancels the task that writes the response where a chunk is not taken in time.

    The chunk is out when the generator is resumed, so the time between is the client's. There is
    no queue to fill: while one client is waited for, nothing is kept for it.
    """

    def __enter__(self) -> None:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(LONGEST_SILENCE, task.cancel) if task else None

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
