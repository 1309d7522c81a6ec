"""Following the log over a WebSocket, against a real server; frames: tests.backend.web."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.sync.client import connect
from websockets.sync.connection import Connection
from websockets.typing import Subprotocol

from backend.accounts import sessions
from backend.jobs.orders import LOG
from backend.web import web_socket
from schema import streams
from tests.api import Api
from tests.event_source import PATIENCE
from tests.schema.conftest import MakeJob
from tests.server import Server

FOLLOW = "subscription($after: String) { jobStatuses(after: $after) { cursor node { state } } }"


@contextmanager
def connected(server: Server, token: str | None) -> Iterator[Connection]:
    """A connection that has introduced itself."""
    url = server.url.replace("http", "ws")
    with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        say(socket, type="connection_init", payload={"authorization": f"Bearer {token}"})
        yield socket


def say(socket: Connection, **message: Any) -> None:
    socket.send(json.dumps(message))


def hear(socket: Connection) -> Any:
    return json.loads(socket.recv(PATIENCE))


def subscribe(socket: Connection, query: str, operation: str = "1", **variables: Any) -> None:
    say(socket, type="subscribe", id=operation, payload={"query": query, "variables": variables})


def end(socket: Connection) -> tuple[int, str]:
    """How the server closes it."""
    try:
        while True:
            socket.recv(PATIENCE)
    except ConnectionClosed as closed:
        received = closed.rcvd or Close(1006, "")
        return received.code, received.reason


def test_a_client_that_comes_back_misses_nothing(
    server: Server, operator: Api, make_job: MakeJob
) -> None:
    make_job("a")
    log = operator("{ jobStatuses { edges { cursor node { state } } } }")
    first = log.data["jobStatuses"]["edges"][0]
    make_job("b")
    with connected(server, operator.token) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        subscribe(socket, FOLLOW, after=first["cursor"])
        second = hear(socket)["payload"]["data"]["jobStatuses"]
        make_job("c")
        third = hear(socket)["payload"]["data"]["jobStatuses"]
    log = operator("{ jobStatuses { edges { cursor node { state } } } }")
    assert [first, second, third] == log.data["jobStatuses"]["edges"]


def test_other_operations_are_answered_beside_it(server: Server, operator: Api) -> None:
    with connected(server, operator.token) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        subscribe(socket, FOLLOW, "follow", after=LOG.cursor((0,)))
        create = 'mutation { createJob(input: {name: "a"}) { ... on CreateJobSuccess { job { name } } } }'
        subscribe(socket, create, "create")
        found = sorted([hear(socket), hear(socket), hear(socket)], key=lambda each: each["id"])
        answer = {"data": {"createJob": {"job": {"name": "a"}}}}
        assert found[:2] == [
            {"id": "create", "type": "next", "payload": answer},
            {"id": "create", "type": "complete"},
        ]
        assert found[2]["payload"]["data"]["jobStatuses"]["node"] == {"state": "PENDING"}


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (FOLLOW, {"after": 1}, "BAD_USER_INPUT"),
        (FOLLOW, {"after": "nonsense"}, "INVALID_CURSOR"),
    ],
)
def test_what_is_refused_ends_with_its_errors(
    server: Server, operator: Api, query: str, variables: dict[str, Any], code: str
) -> None:
    with connected(server, operator.token) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        subscribe(socket, query, **variables)
        message = hear(socket)
        assert (message["id"], message["type"]) == ("1", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == [code]


def test_streams_over_sockets_take_the_account_s_places(
    server: Server, operator: Api, settings: Settings
) -> None:
    settings.STREAMS_PER_ACCOUNT = 1
    with connected(server, operator.token) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        subscribe(socket, FOLLOW, "1")
        subscribe(socket, FOLLOW, "2")
        message = hear(socket)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


def test_a_forged_token_does_not_get_in(server: Server) -> None:
    with connected(server, "forged") as socket:
        assert end(socket) == (4403, "Forbidden")


def test_a_connection_ends_with_its_token(
    server: Server, operator: Api, settings: Settings
) -> None:
    lifetime, settings.ACCESS_TOKEN_LIFETIME = settings.ACCESS_TOKEN_LIFETIME, timedelta(seconds=2)
    token = sessions.log_in("operator", "operator", "192.0.2.1").access_token
    settings.ACCESS_TOKEN_LIFETIME = lifetime
    with connected(server, token) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        subscribe(socket, FOLLOW)
        assert end(socket) == (4403, "Token expired")
    assert not streams.places._taken


def test_a_connection_ends_when_its_session_does(
    server: Server, operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "CHECK_SESSION", 0.05)
    assert operator.user is not None
    grant = sessions.log_in("operator", "operator", "192.0.2.1")
    with connected(server, grant.access_token) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        sessions.log_out(grant.refresh_token, operator.user.pk)
        assert end(socket) == (4403, "Token revoked")
