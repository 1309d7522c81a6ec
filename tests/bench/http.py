"""HTTP/1.1 with keep-alive: one request at a time for preparations, many at once for the load."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, cast

import httptools
import orjson
import uvloop

HOST: Final = "127.0.0.1"
PATIENCE: Final = 4.0  # seconds, where a peer counts millions of rows for each request


class Request(NamedTuple):
    """What is sent; a body makes it a POST of JSON."""

    path: str
    body: Any = None
    headers: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        """The bytes on the wire."""
        body = b"" if self.body is None else orjson.dumps(self.body)
        lines = [
            f"{'GET' if self.body is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: {HOST}",
            "Accept: application/json",
            *self.headers,
        ]
        if self.body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


def graphql(document: str, variables: dict[str, Any], *headers: str) -> Request:
    """A GraphQL document, by POST."""
    return Request("/graphql", {"query": document, "variables": variables}, headers)


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Ask(Protocol):
    """Send one request and return the answer."""

    def __call__(self, request: Request) -> Answer: ...


class UnexpectedAnswer(Exception):
    """A server did not answer what was asked."""


@dataclass
class Load:
    """What the clients saw."""

    seconds: list[float] = field(default_factory=list)  # from request to answer, each
    body_bytes: int = 0
    first: Answer | None = None

    @property
    def requests(self) -> int:
        """How many were answered."""
        return len(self.seconds)


class _Connection(asyncio.Protocol):
    """One connection; httptools calls the on_ methods."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.headers: dict[bytes, bytes] = {}
        self.body = bytearray()
        self.answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(exc or UnexpectedAnswer("the server hung up"))

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        assert self.answer is not None
        self.answer.set_result(
            Answer(self.parser.get_status_code(), self.headers, bytes(self.body))
        )

    async def ask(self, request: bytes) -> Answer:
        self.headers, self.body = {}, bytearray()
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.answer


async def _connect(port: int) -> _Connection:
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, HOST, port)
    return connection


def ask(port: int, request: Request) -> Answer:
    """Send one request on a connection of its own."""

    async def once() -> Answer:
        connection = await _connect(port)
        try:
            return await connection.ask(request.encoded())
        finally:
            connection.transport.close()

    return asyncio.run(once())


def drive(
    port: int,
    requests: Iterator[Request],
    *,
    seconds: float,
    connections: int,
    at_least: int = 0,
    status: int = 200,
) -> Load:
    """Send requests over so many connections until the time is over or there are none left.

    Where time is short, `at_least` so many are sent all the same, unless it takes too long.

    Raises UnexpectedAnswer for an answer with another status, or with GraphQL errors in it.
    """
    load = Load()
    encoded = (request.encoded() for request in requests)

    async def client(deadline: float) -> None:
        connection = await _connect(port)
        try:
            for request in encoded:
                start = time.perf_counter()
                answer = await connection.ask(request)
                load.seconds.append(time.perf_counter() - start)
                load.body_bytes += len(answer.body)
                load.first = load.first or answer
                if answer.status != status or b'"errors":' in answer.body:
                    raise UnexpectedAnswer(f"{answer.status} {answer.body[:1000].decode()}")
                now = time.perf_counter()
                if now >= deadline and (load.requests >= at_least or now >= deadline + PATIENCE):
                    break
        finally:
            connection.transport.close()

    async def all_clients() -> None:
        deadline = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(client(deadline))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(all_clients())
    return load
