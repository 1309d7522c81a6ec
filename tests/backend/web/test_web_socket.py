"""The graphql-transport-ws protocol, frame by frame."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Self

import pytest
from django.conf import LazySettings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backend.web import web_socket
from backend.web.asked import Asked
from backend.web.protocol import (
    Batch,
    Cookie,
    Event,
    EventStream,
    GraphQLAnswer,
    GraphQLRequest,
    Heartbeat,
)
from backend.web.site import application
from backend.web.socket_messages import Malformed, parse
from tests.backend.web.conftest import MISSING

PATIENCE = 10  # seconds until a test gives up
ACK = {"type": "connection_ack"}


class Engine:
    """Answers as it is told to, and remembers who asked."""

    def __init__(self) -> None:
        self.lifetime = timedelta(hours=1)
        self.tokens = {"Bearer good"}
        self.events: asyncio.Queue[Batch | Heartbeat | None] = asyncio.Queue()
        self.streams = 0
        self.requests: list[tuple[GraphQLRequest, str]] = []

    async def signed_in_until(self, http: Asked) -> datetime | None:
        if http.header(b"authorization") == "Bearer of bad news":
            raise ConnectionError
        signed_in = http.header(b"authorization") in self.tokens
        return timezone.now() + self.lifetime if signed_in else None

    async def execute(self, request: GraphQLRequest, http: Asked) -> GraphQLAnswer:
        raise NotImplementedError

    async def stream(
        self,
        request: GraphQLRequest,
        http: Asked,
        *,
        resume_after: str | None,  # noqa: ARG002 (no message can say it)
    ) -> GraphQLAnswer | EventStream:
        self.requests.append((request, http.header(b"authorization")))
        assert http.cookies == {}
        if request.query == "subscription":
            return self._follow()
        return {
            "query": GraphQLAnswer({"data": {"a": 1}}),
            "encoded": GraphQLAnswer({}, encoded=b'{"data":{"a":1}}'),
            "nonsense": GraphQLAnswer({"errors": [{"message": "no"}]}, status=400),
            "log in": GraphQLAnswer(
                {"data": {"a": 1}}, cookies=[Cookie("refresh", "secret", max_age=60)]
            ),
        }[request.query]

    async def _follow(self) -> EventStream:
        self.streams += 1
        try:
            while (batch := await self.events.get()) is not None:
                yield batch
        finally:
            self.streams -= 1


class Connection:
    """A client that speaks ASGI to the whole application, and may stop reading."""

    def __init__(self, engine: Engine, **scope: Any) -> None:
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "scheme": "ws",
            "http_version": "1.1",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "query_string": b"",
            "headers": [(b"host", b"localhost:8000")],
            "subprotocols": ["graphql-transport-ws"],
            "client": ("127.0.0.1", 5000),
            "server": ("127.0.0.1", 8000),
            **scope,
        }
        self.application = application(MISSING, engine)
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()

    async def __aenter__(self) -> Self:
        self.said.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(self._run())
        self.opening = await self.event()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.task, PATIENCE)

    def send(self, message: Any) -> None:
        self.frame(text=json.dumps(message))

    def frame(self, **content: Any) -> None:
        self.said.put_nowait({"type": "websocket.receive", **content})

    async def event(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.heard.get(), PATIENCE)

    async def receive(self) -> Any:
        event = await self.event()
        assert event["type"] == "websocket.send", event
        return json.loads(event["text"])

    async def closed(self) -> tuple[int, str]:
        event = await self.event()
        assert event["type"] == "websocket.close", event
        await asyncio.wait_for(self.task, PATIENCE)
        return event["code"], event["reason"]

    async def _run(self) -> None:
        async def send(event: Any) -> None:
            await self.reading.wait()
            self.heard.put_nowait(event)

        await self.application(self.scope, self.said.get, send)


@pytest.fixture
async def engine() -> Engine:
    return Engine()


@asynccontextmanager
async def connected(engine: Engine, **scope: Any) -> AsyncIterator[Connection]:
    """A connection that was acknowledged."""
    async with Connection(engine, **scope) as client:
        client.send({"type": "connection_init", "payload": {"Authorization": "Bearer good"}})
        assert await client.receive() == ACK
        yield client


def subscribe(query: str, operation: str = "1", **payload: Any) -> dict[str, Any]:
    return {"id": operation, "type": "subscribe", "payload": {"query": query, **payload}}


def following(operation: str, data: Any) -> dict[str, Any]:
    return {"id": operation, "type": "next", "payload": {"data": data}}


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (the engine tells nobody)
            await asyncio.sleep(0)


# --- Opening --------------------------------------------------------------------------------


async def test_the_subprotocol_is_confirmed(engine: Engine) -> None:
    async with Connection(engine, subprotocols=["mqtt", "graphql-transport-ws"]) as client:
        expected = {"type": "websocket.accept", "subprotocol": "graphql-transport-ws"}
        assert client.opening == expected


@pytest.mark.parametrize("subprotocols", [[], ["graphql-ws"]])
async def test_a_client_of_another_protocol_is_turned_away(
    engine: Engine, subprotocols: list[str]
) -> None:
    async with Connection(engine, subprotocols=subprotocols) as client:
        assert client.opening == {"type": "websocket.accept", "subprotocol": None}
        assert await client.closed() == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
@pytest.mark.parametrize(
    "origin", [None, b"http://localhost:8000", b"http://LOCALHOST:8000", b"https://app.example"]
)
async def test_pages_that_may_use_the_api_are_let_in(
    engine: Engine, settings: LazySettings, path: str, origin: bytes | None
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    headers = [(b"host", b"localhost:8000")] + ([(b"origin", origin)] if origin else [])
    async with Connection(engine, path=path, headers=headers) as client:
        assert client.opening["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/graphql", {b"origin": b"https://evil.example"}),
        ("/graphql", {b"origin": b"http://localhost:8001"}),
        ("/graphql", {b"origin": b"null"}),
        ("/graphql", {b"origin": b""}),
        ("/graphql", {b"origin": b"http://["}),
        ("/graphql", {b"origin": b"http://evil.example", b"host": b"evil.example"}),
        ("/graphql", {b"host": b"evil.example"}),
        ("/elsewhere", {}),
    ],
)
async def test_strangers_are_not_let_in(
    engine: Engine, path: str, headers: dict[bytes, bytes]
) -> None:
    sent = list({b"host": b"localhost:8000", **headers}.items())
    async with Connection(engine, path=path, headers=sent) as client:
        assert client.opening["type"] == "websocket.close"


# --- Introduction ---------------------------------------------------------------------------


async def test_the_handshake_may_carry_the_token(engine: Engine) -> None:
    headers = [(b"host", b"localhost:8000"), (b"authorization", b"Bearer good")]
    async with Connection(engine, headers=headers) as client:
        client.send({"type": "connection_init"})
        assert await client.receive() == ACK


@pytest.mark.parametrize("payload", [None, {}, {"authorization": "Bearer bad"}])
async def test_nobody_gets_in_without_a_token(engine: Engine, payload: Any) -> None:
    async with Connection(engine) as client:
        client.send({"type": "connection_init", "payload": payload})
        assert await client.closed() == (4403, "Forbidden")


async def test_a_silent_connection_is_closed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "LONGEST_INIT", 0.01)
    async with Connection(engine) as client:
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_an_introduced_connection_may_be_silent(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "LONGEST_INIT", 0.05)
    async with connected(engine) as client:
        await asyncio.sleep(0.1)  # longer than it could have been silent before
        client.send({"type": "ping"})
        assert await client.receive() == {"type": "pong"}


async def test_a_second_introduction_is_one_too_many(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send({"type": "connection_init"})
        assert await client.closed() == (4429, "Too many initialisation requests")


async def test_no_operation_before_the_introduction(engine: Engine) -> None:
    async with Connection(engine) as client:
        client.send(subscribe("query"))
        assert await client.closed() == (4401, "Unauthorized")
    assert engine.requests == []


async def test_an_account_that_can_not_be_looked_up_is_asked_to_come_back(engine: Engine) -> None:
    async with Connection(engine) as client:
        authorization = {"authorization": "Bearer of bad news"}
        client.send({"type": "connection_init", "payload": authorization})
        assert await client.closed() == (1013, "Try again later")


async def test_the_connection_ends_with_the_token(engine: Engine) -> None:
    engine.lifetime = timedelta(seconds=0.05)
    async with connected(engine) as client:
        client.send(subscribe("subscription"))
        assert await client.closed() == (4403, "Token expired")
    assert engine.streams == 0


async def test_the_connection_ends_when_the_token_is_revoked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "CHECK_SESSION", 0.01)
    async with connected(engine) as client:
        client.send({"type": "ping"})
        assert await client.receive() == {"type": "pong"}
        engine.tokens.clear()
        assert await client.closed() == (4403, "Token revoked")


# --- Frames ---------------------------------------------------------------------------------


@pytest.mark.parametrize("acknowledged", [True, False])
@pytest.mark.parametrize(
    "frame",
    [
        {"text": "null"},
        {"text": "[]"},
        {"text": "5"},
        {"text": '"ping"'},
        {"text": ""},
        {"text": "{"},
        {"text": "[" * 50_000},
        {"text": '{"type":' * 2_000 + "1" + "}" * 2_000},
        {"text": "1" * 5_000},
        {"text": '{"type":"ping","padding":"' + "x" * 100_000 + '"}'},
        {"bytes": b'{"type":"ping"}'},
        {"text": "{}"},
        {"text": '{"type":null}'},
        {"text": '{"type":["ping"]}'},
        {"text": '{"type":"start"}'},
        {"text": '{"type":"ping","payload":1}'},
        {"text": '{"type":"connection_init","payload":[]}'},
        {"text": '{"type":"connection_init","payload":{"authorization":1}}'},
        {"text": '{"type":"complete"}'},
        {"text": '{"type":"complete","id":""}'},
        {"text": '{"type":"complete","id":1}'},
        {"text": '{"type":"subscribe","payload":{"query":"query"}}'},
        {"text": json.dumps({"type": "subscribe", "id": "x" * 201, "payload": {"query": "query"}})},
        {"text": '{"type":"subscribe","id":"1"}'},
        {"text": '{"type":"subscribe","id":"1","payload":{}}'},
        {"text": '{"type":"subscribe","id":"1","payload":{"query":1}}'},
        {"text": '{"type":"subscribe","id":"1","payload":{"query":"query","variables":[]}}'},
    ],
)
async def test_what_is_no_message_closes_the_connection(
    engine: Engine, frame: dict[str, Any], *, acknowledged: bool
) -> None:
    async with (connected if acknowledged else Connection)(engine) as client:
        client.frame(**frame)
        code, reason = await client.closed()
        assert code == 4400
        assert 0 < len(reason.encode()) <= 123
    assert engine.requests == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists) | st.text())
def test_no_text_is_understood_by_chance(value: Any) -> None:
    with pytest.raises(Malformed):
        parse({"text": value if isinstance(value, str) else json.dumps(value)}, 100_000)


@pytest.mark.parametrize("payload", [None, {"at": 1}])
async def test_a_ping_is_answered_at_any_time(engine: Engine, payload: Any) -> None:
    message = {"type": "ping", "payload": payload}
    expected = {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
    async with Connection(engine) as client:
        client.send(message)
        assert await client.receive() == expected
    async with connected(engine) as client:
        client.send({"type": "pong"})  # needs no answer
        client.send(message)
        assert await client.receive() == expected


# --- Operations -----------------------------------------------------------------------------


async def test_an_operation_reaches_the_engine_whole(engine: Engine) -> None:
    async with connected(engine) as client:
        payload: dict[str, Any] = {
            "operationName": "a",
            "variables": {"b": 1},
            "extensions": {"c": 2},
        }
        client.send(subscribe("query", **payload))
        assert await client.receive() == following("1", {"a": 1})
        assert await client.receive() == {"id": "1", "type": "complete"}
    request = GraphQLRequest("query", "a", {"b": 1}, {"c": 2})
    assert engine.requests == [(request, "Bearer good")]


async def test_an_answer_that_is_encoded_already_is_passed_on(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("encoded"))
        assert await client.receive() == following("1", {"a": 1})
        assert await client.receive() == {"id": "1", "type": "complete"}


async def test_events_come_as_they_happen_until_the_last(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("subscription", 'a"b'))
        engine.events.put_nowait(Heartbeat("x"))
        engine.events.put_nowait(Batch([Event(b'{"data":1}', "c1"), Event(b'{"data":2}', "c2")]))
        assert await client.receive() == following('a"b', 1)
        assert await client.receive() == following('a"b', 2)
        engine.events.put_nowait(Batch([Event(b'{"data":3}')]))
        engine.events.put_nowait(None)
        assert await client.receive() == following('a"b', 3)
        assert await client.receive() == {"id": 'a"b', "type": "complete"}
        assert engine.streams == 0


async def test_a_refused_operation_ends_with_its_errors(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("nonsense"))
        error = {"id": "1", "type": "error", "payload": [{"message": "no"}]}
        assert await client.receive() == error
        client.send(subscribe("query"))
        assert await client.receive() == following("1", {"a": 1})


async def test_what_needs_cookies_is_refused(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("log in"))
        message = await client.receive()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_a_fault_of_ours_is_told_by_an_id_alone(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(engine) as client:
        client.send(subscribe("unforeseen"))
        message = await client.receive()
        (error,) = message["payload"]
        assert (message["type"], error["extensions"]["code"]) == ("error", "INTERNAL_SERVER_ERROR")
        assert "unforeseen" not in json.dumps(message)
        assert error["extensions"]["errorId"] in caplog.text


async def test_a_client_may_leave_an_operation_and_use_its_id_again(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("subscription"))
        await until(lambda: engine.streams == 1)
        client.send({"id": "1", "type": "complete"})
        client.send({"id": "unknown", "type": "complete"})
        client.send(subscribe("query"))
        assert await client.receive() == following("1", {"a": 1})
        assert engine.streams == 0


async def test_an_id_that_is_under_way_can_not_be_used(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("subscription"))
        client.send(subscribe("query"))
        assert await client.closed() == (4409, "Subscriber for 1 already exists")
    assert engine.streams == 0


async def test_a_connection_has_room_for_so_many_operations(
    engine: Engine, settings: LazySettings
) -> None:
    settings.OPERATIONS_PER_SOCKET = 2
    async with connected(engine) as client:
        client.send(subscribe("subscription", "1"))
        client.send(subscribe("subscription", "2"))
        client.send(subscribe("query", "3"))
        message = await client.receive()
        assert (message["id"], message["type"]) == ("3", "error")
        assert message["payload"][0]["extensions"] == {"code": "RATE_LIMITED"}
        client.send({"id": "1", "type": "complete"})
        client.send(subscribe("query", "3"))
        assert await client.receive() == following("3", {"a": 1})


async def test_operations_end_with_the_connection(engine: Engine) -> None:
    async with connected(engine) as client:
        client.send(subscribe("subscription", "1"))
        client.send(subscribe("subscription", "2"))
        await until(lambda: engine.streams == 2)
    assert engine.streams == 0


async def test_a_client_that_does_not_read_is_cut_off(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "LONGEST_SILENCE", 0.05)
    async with connected(engine) as client:
        client.send(subscribe("subscription"))
        await until(lambda: engine.streams == 1)
        client.reading.clear()
        for number in range(3):
            engine.events.put_nowait(Batch([Event(b"%d" % number)]))
        await asyncio.wait_for(client.task, PATIENCE)
        assert client.heard.empty()
        assert engine.streams == 0
        assert engine.events.qsize() == 2  # nothing was taken for it while it did not read
