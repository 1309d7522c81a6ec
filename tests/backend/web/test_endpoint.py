"""The two ways to an answer, directly and through Django, do not differ in what they say."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from django.conf import LazySettings

from backend.web.asked import Asked
from backend.web.protocol import Batch, Event, EventStream, GraphQLAnswer, GraphQLRequest
from backend.web.site import application
from backend.web.through_django import ThroughDjango
from tests.backend.web.conftest import MISSING, client_of
from tests.backend.web.small_engine import engine

PAGE = "https://dashboard.example"  # a page elsewhere, which may use the API
HELLO = {"query": "{ hello }"}
SECURITY = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
CORS = {
    "access-control-allow-origin": PAGE,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": (
        "RateLimit, RateLimit-Policy, Retry-After, Server-Timing, X-Request-ID, WWW-Authenticate"
    ),
}

Give = Callable[[GraphQLAnswer | EventStream], None]


@pytest.fixture(params=[False, True], ids=["directly", "through Django"])
def way(request: pytest.FixtureRequest, settings: LazySettings) -> dict[str, str]:
    """The headers that lead there."""
    settings.CORS_ALLOWED_ORIGINS = [PAGE]
    settings.CORS_ALLOW_CREDENTIALS = True
    settings.PRODUCTION = True
    return {"Origin": PAGE} if request.param else {}


@pytest.fixture
async def client(way: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of() as http:
        http.headers.update(way | {"X-Request-ID": "mine"})
        yield http


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """Has the engine answer everything by that."""

    def give(found: GraphQLAnswer | EventStream) -> None:
        async def answer(*_: Any, **__: Any) -> Any:
            return found

        monkeypatch.setattr(engine, "execute", answer)
        monkeypatch.setattr(engine, "stream", answer)

    return give


async def events() -> EventStream:
    yield Batch([Event(b"{}")])


def headers_of(response: httpx.Response) -> dict[str, str]:
    """All headers, none of which came twice, without CORS and what every answer has."""
    headers = dict(response.headers)
    assert len(headers) == len(response.headers.raw)
    expected = {"x-request-id": "mine", **SECURITY}
    if "Origin" in response.request.headers:
        expected |= CORS
    for name, value in expected.items():
        assert headers.pop(name, None) == value, name
    return headers


# --- Headers --------------------------------------------------------------------------------


async def test_an_answer_has_these_headers_and_no_others(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json=HELLO)
    assert headers_of(response) == {
        "content-type": "application/json; charset=utf-8",
        "content-length": "26",
        "cache-control": "no-store",
        "vary": "Accept, origin",
        "x-cost": "1",
    }


async def test_so_has_a_refusal(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", content=b"{")
    assert response.status_code == 415
    assert headers_of(response) == {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(response.content)),
        "cache-control": "no-store",
        "vary": "Accept, origin",
    }


async def test_so_has_a_stream(client: httpx.AsyncClient, give: Give) -> None:
    give(events())
    response = await client.post("/graphql", json=HELLO, headers={"Accept": "text/event-stream"})
    assert b"event: next\ndata: {}\n\n" in response.content
    assert headers_of(response) == {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "vary": "Accept, origin",
    }


async def test_headers_of_the_engine_take_the_place_of_ours(
    client: httpx.AsyncClient, give: Give
) -> None:
    own = {"Cache-Control": "private", "Vary": "Authorization", "ETag": '"1"'}
    give(GraphQLAnswer({"data": None}, headers=own))
    response = await client.post("/graphql", json=HELLO)
    assert headers_of(response) == {
        "content-type": "application/json; charset=utf-8",
        "content-length": "13",
        "cache-control": "private",
        "vary": "Authorization, Accept, origin",
        "etag": '"1"',
    }


async def test_an_unchanged_answer_has_no_body_and_no_policy_of_its_own(
    client: httpx.AsyncClient, give: Give
) -> None:
    give(GraphQLAnswer({}, status=304, headers={"ETag": '"1"'}))
    response = await client.get("/graphql?query={hello}")
    assert (response.status_code, response.content) == (304, b"")
    assert "Content-Security-Policy" not in response.headers
    for name in ("Content-Type", "Content-Length"):
        assert name not in response.headers
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Vary"] == "Accept, origin"


async def test_a_preflight_is_answered_to_pages_that_may_ask(client: httpx.AsyncClient) -> None:
    preflight = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    response = await client.options("/graphql", headers=preflight)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Access-Control-Allow-Origin"] == PAGE
    assert response.headers.get_list("Content-Length") == ["0"]
    assert response.headers["Vary"] == "origin"


async def test_where_no_other_origin_may_ask_django_is_not_asked_either(
    way: dict[str, str], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CORS_ALLOWED_ORIGINS = []
    monkeypatch.setattr(ThroughDjango, "respond", lambda *_: pytest.fail("Django was asked"))
    async with client_of() as client:
        response = await client.post("/graphql", json=HELLO, headers={"Origin": PAGE})
    assert (response.status_code, response.json()) == (200, {"data": {"hello": "world"}})
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_https_is_pinned_on_both_ways(way: dict[str, str], settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    async with client_of(base_url="https://localhost") as client:
        response = await client.post("/graphql", json=HELLO, headers=way)
    assert response.headers["Strict-Transport-Security"] == "max-age=60"


# --- Requests -------------------------------------------------------------------------------


async def test_the_engine_is_told_what_was_asked(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    told: list[Asked] = []

    async def execute(_request: GraphQLRequest, http: Asked) -> GraphQLAnswer:
        told.append(http)
        return GraphQLAnswer({"data": None})

    monkeypatch.setattr(engine, "execute", execute)
    headers = [
        ("Authorization", "Bearer a"),
        ("Authorization", "Bearer b"),
        ("Cookie", "refresh=secret; other=1"),
        ("X-Forwarded-For", "192.0.2.1, 192.0.2.2"),
        ("X_Forwarded_For", "192.0.2.3"),
    ]
    response = await client.get("/graphql?query={hello}&a=%C3%A9", headers=headers)
    assert response.status_code == 200
    (asked,) = told
    assert (asked.method, asked.query_string, asked.body) == ("GET", "query={hello}&a=%C3%A9", b"")
    assert asked.header(b"authorization") == "Bearer a,Bearer b"
    assert asked.header(b"if-none-match") == ""
    assert asked.cookies == {"refresh": "secret", "other": "1"}
    for proxies, address in (
        (0, "127.0.0.1"),
        (1, "192.0.2.2"),
        (2, "192.0.2.1"),
        (3, "127.0.0.1"),
    ):
        settings.TRUSTED_PROXIES = proxies
        assert asked.address == address


async def test_a_body_that_is_encoded_already_is_sent_as_it_is(
    client: httpx.AsyncClient, give: Give
) -> None:
    give(GraphQLAnswer({}, encoded=b'{"data": "as it is"}'))
    response = await client.post("/graphql", json=HELLO)
    assert response.content == b'{"data": "as it is"}'
    assert response.headers["Content-Length"] == "20"
    response = await client.post("/graphql", json=HELLO, headers={"Accept": "text/event-stream"})
    assert b'event: next\ndata: {"data": "as it is"}\n\n' in response.content


async def test_an_answer_takes_one_look_at_the_client_and_two_words_to_it(
    way: dict[str, str],
) -> None:
    received: list[str] = []
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        received.append("http.request")
        return {"type": "http.request", "body": b'{"query":"{hello}"}', "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            *((name.lower().encode(), value.encode()) for name, value in way.items()),
        ],
    }
    await application(MISSING, engine)(scope, receive, send)
    assert received == ["http.request"]
    assert [event["type"] for event in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == b'{"data":{"hello":"world"}}'


# --- Hosts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "", "127.0.0.2", "a b", "localhost:port"),
        *("localhost,localhost", "user@localhost", "localhost/", "[::2]", "\xe9"),
    ],
)
async def test_foreign_hosts_are_refused(client: httpx.AsyncClient, host: str) -> None:
    before = len(engine.requests)
    for path in ("/graphql", "/graphql/"):
        headers = {b"Host": host.encode("latin1")}
        response = await client.post(path, json=HELLO, headers=headers)
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"] == {"code": "HOST_NOT_ALLOWED"}
        assert response.headers["X-Request-ID"] == "mine"
    assert len(engine.requests) == before


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "localhost.", "[::1]:8000"])
async def test_ours_are_served_for_as_long_as_they_are_ours(
    client: httpx.AsyncClient, settings: LazySettings, host: str
) -> None:
    assert (await client.post("/graphql", json=HELLO, headers={"Host": host})).status_code == 200
    settings.ALLOWED_HOSTS = ["jobs.example"]
    assert (await client.post("/graphql", json=HELLO, headers={"Host": host})).status_code == 400


async def test_what_proxies_say_of_the_host_is_not_believed(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/graphql", json=HELLO, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert response.status_code == 200
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}
    assert (await client.post("/graphql", json=HELLO, headers=headers)).status_code == 400


@pytest.mark.parametrize(("server", "status"), [("127.0.0.1", 200), ("192.0.2.1", 400)])
async def test_without_a_name_the_address_is_what_was_asked(
    way: dict[str, str], server: str, status: int
) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(event: Any) -> None:
        sent.append(event)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/graphql",
        "query_string": b"query={hello}",
        "server": (server, 8000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in way.items()],
    }
    await application(MISSING, engine)(scope, receive, send)
    assert sent[0]["status"] == status
