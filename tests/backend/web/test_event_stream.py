"""Streams on the wire, and how they end."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from backend.web import handler
from backend.web.event_stream import EventStreamResponse, single
from backend.web.handler import GraphQLHandler
from backend.web.protocol import Batch, Event, EventStream, GraphQLAnswer, Heartbeat

PATIENCE = 10  # seconds until a test gives up
BATCH = Batch([Event(b'{"data":1}', "c1"), Event(b'{"data":2}', "c2"), Event(b'{"errors":[]}')])


class Stream:
    """A stream that the test feeds, and that knows whether it has ended."""

    def __init__(self, *parts: Batch | Heartbeat) -> None:
        self.parts = parts
        self.more: asyncio.Queue[Batch | Exception | None] = asyncio.Queue()
        self.ended = False

    async def follow(self) -> EventStream:
        """All parts, then what comes."""
        try:
            yield Heartbeat("taken by who opens it")
            for part in self.parts:
                yield part
            while (more := await self.more.get()) is not None:
                if isinstance(more, Exception):
                    raise more
                yield more
        finally:
            self.ended = True

    async def opened(self) -> EventStream:
        """The stream, begun as an engine hands it out."""
        stream = self.follow()
        await anext(stream)
        return stream


class Client:
    """Asks the handler for a stream, and reads it unless told not to."""

    def __init__(self, response: Any) -> None:
        self.handler = GraphQLHandler()

        async def answer(_request: Any) -> Any:
            return response

        self.handler._middleware_chain = answer  # type: ignore[attr-defined]
        self.reading = asyncio.Event()
        self.reading.set()
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.said.put_nowait({"type": "http.request"})
        self.read = b""
        self.finished = False
        scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }
        self.task = asyncio.create_task(self.handler(scope, self.said.get, self._send))

    def leave(self) -> None:
        self.said.put_nowait({"type": "http.disconnect"})

    async def end(self) -> None:
        await asyncio.wait_for(self.task, PATIENCE)

    async def _send(self, event: Any) -> None:
        await self.reading.wait()
        if event["type"] == "http.response.body":
            self.read += event.get("body", b"")
            self.finished = not event.get("more_body", False)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0)


async def test_a_stream_on_the_wire() -> None:
    stream = Stream(Heartbeat("c0"), BATCH, Heartbeat())
    stream.more.put_nowait(None)
    client = Client(EventStreamResponse(await stream.opened()))
    await client.end()
    assert client.read == (
        b"retry: 1000\n\n"
        b":\nid: c0\n\n"
        b'id: c1\nevent: next\ndata: {"data":1}\n\n'
        b'id: c2\nevent: next\ndata: {"data":2}\n\n'
        b'event: next\ndata: {"errors":[]}\n\n'
        b":\n\n"
        b"event: complete\ndata:\n\n"
    )
    assert client.finished
    assert stream.ended


async def test_one_answer_on_the_wire() -> None:
    client = Client(single(GraphQLAnswer({"data": {"a": 1}})))
    await client.end()
    assert client.read == (
        b'retry: 1000\n\nevent: next\ndata: {"data":{"a":1}}\n\nevent: complete\ndata:\n\n'
    )


async def test_a_batch_that_many_share_is_written_once() -> None:
    assert BATCH.server_sent is BATCH.server_sent


async def test_a_stream_ends_when_its_client_leaves() -> None:
    stream = Stream(BATCH)
    client = Client(EventStreamResponse(await stream.opened()))
    await until(lambda: b"c2" in client.read)
    client.leave()
    await client.end()
    assert stream.ended
    assert not client.finished


async def test_a_stream_ends_when_its_client_does_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handler, "LONGEST_SILENCE", 0.02)
    stream = Stream(BATCH)
    client = Client(EventStreamResponse(await stream.opened()))
    await until(lambda: b"c2" in client.read)
    client.reading.clear()
    for _ in range(3):
        stream.more.put_nowait(BATCH)
    await client.end()
    assert stream.ended
    assert stream.more.qsize() == 2  # nothing was taken for it while it did not read


async def test_a_client_that_reads_slowly_keeps_its_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handler, "LONGEST_SILENCE", PATIENCE)
    stream = Stream(BATCH)
    client = Client(EventStreamResponse(await stream.opened()))
    client.reading.clear()
    await asyncio.sleep(0.05)  # slow, but in time
    client.reading.set()
    stream.more.put_nowait(None)
    await client.end()
    assert client.finished


async def test_a_stream_that_fails_ends_and_tells_the_server() -> None:
    stream = Stream(BATCH)
    stream.more.put_nowait(RuntimeError("unforeseen"))
    client = Client(EventStreamResponse(await stream.opened()))
    with pytest.raises(RuntimeError, match="unforeseen"):
        await client.end()
    assert stream.ended
    assert not client.finished


async def test_a_stream_that_was_never_sent_can_be_ended() -> None:
    stream = Stream()
    await EventStreamResponse(await stream.opened()).end()
    assert stream.ended
