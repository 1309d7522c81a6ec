"""Streams on the wire, and how they end."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings

from backend.web import outlet
from backend.web.event_stream import ServerSentEvents
from backend.web.protocol import (
    Batch,
    Cookie,
    Event,
    EventStream,
    GraphQLAnswer,
    Heartbeat,
)
from backend.web.site import application
from tests.backend.web.conftest import MISSING
from tests.backend.web.small_engine import engine

PAGE = b"https://dashboard.example"  # a page elsewhere, which makes the request go through Django
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
    """Asks for a stream, and reads it unless told not to."""

    def __init__(self, *more_headers: tuple[bytes, bytes]) -> None:
        self.reading = asyncio.Event()
        self.reading.set()
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.said.put_nowait({"type": "http.request"})
        self.read = b""
        self.longest = 0
        self.finished = False
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/graphql",
            "query_string": b"query={a}",
            "headers": [
                (b"host", b"localhost"),
                (b"accept", b"text/event-stream"),
                *more_headers,
            ],
        }
        graphql = application(MISSING, engine)
        self.task = asyncio.ensure_future(graphql(scope, self.said.get, self._send))

    def leave(self) -> None:
        self.said.put_nowait({"type": "http.disconnect"})

    async def end(self) -> None:
        await asyncio.wait_for(self.task, PATIENCE)

    async def _send(self, event: Any) -> None:
        await self.reading.wait()
        if event["type"] == "http.response.body":
            part = event.get("body", b"")
            self.read += part
            self.longest = max(self.longest, len(part))
            self.finished = not event.get("more_body", False)


Ask = Callable[[EventStream | GraphQLAnswer], Client]


@pytest.fixture(params=[(), ((b"origin", PAGE),)], ids=["directly", "through Django"])
async def ask(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> Ask:
    """Asks for a stream, which will be that one."""
    settings.CORS_ALLOWED_ORIGINS = [PAGE.decode()]

    def ask(found: EventStream | GraphQLAnswer) -> Client:
        async def stream(*_: Any, resume_after: str | None) -> EventStream | GraphQLAnswer:
            assert resume_after == "c0"
            return found

        monkeypatch.setattr(engine, "stream", stream)
        return Client((b"last-event-id", b"c0"), *request.param)

    return ask


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0)


async def test_a_stream_on_the_wire(ask: Ask) -> None:
    stream = Stream(Heartbeat("c0"), BATCH, Heartbeat())
    stream.more.put_nowait(None)
    client = ask(await stream.opened())
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


async def test_one_answer_on_the_wire(ask: Ask) -> None:
    client = ask(GraphQLAnswer({"data": {"a": 1}}, cookies=[Cookie("c", "v", max_age=60)]))
    await client.end()
    assert client.read == (
        b'retry: 1000\n\nevent: next\ndata: {"data":{"a":1}}\n\nevent: complete\ndata:\n\n'
    )


async def test_a_long_batch_is_handed_over_in_pieces(ask: Ask) -> None:
    text = b"x" * 150_000
    stream = Stream(Batch([Event(text)]))
    stream.more.put_nowait(None)
    client = ask(await stream.opened())
    await client.end()
    assert b"\ndata: " + text + b"\n\n" in client.read
    assert client.longest == 65_536


async def test_a_batch_that_many_share_is_written_once() -> None:
    assert BATCH.server_sent is BATCH.server_sent


async def test_a_stream_ends_when_its_client_leaves(ask: Ask) -> None:
    stream = Stream(BATCH)
    client = ask(await stream.opened())
    await until(lambda: b"c2" in client.read)
    client.leave()
    await client.end()
    assert stream.ended
    assert not client.finished


async def test_a_stream_ends_when_its_client_does_not_read(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "LONGEST_SILENCE", 0.02)
    stream = Stream(BATCH)
    client = ask(await stream.opened())
    await until(lambda: b"c2" in client.read)
    client.reading.clear()
    for _ in range(3):
        stream.more.put_nowait(BATCH)
    await client.end()
    assert stream.ended
    assert stream.more.qsize() == 2  # nothing was taken for it while it did not read


async def test_a_client_that_reads_slowly_keeps_its_stream(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "LONGEST_SILENCE", PATIENCE)
    stream = Stream(BATCH)
    client = ask(await stream.opened())
    client.reading.clear()
    await asyncio.sleep(0.05)  # slow, but in time
    client.reading.set()
    stream.more.put_nowait(None)
    await client.end()
    assert client.finished


async def test_a_stream_that_fails_ends_and_tells_the_server(ask: Ask) -> None:
    stream = Stream(BATCH)
    stream.more.put_nowait(RuntimeError("unforeseen"))
    client = ask(await stream.opened())
    with pytest.raises(RuntimeError, match="unforeseen"):
        await client.end()
    assert stream.ended
    assert not client.finished


async def test_a_stream_that_was_never_sent_can_be_ended() -> None:
    stream = Stream()
    await ServerSentEvents(await stream.opened()).end()
    assert stream.ended
