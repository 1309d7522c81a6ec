"""The endpoint's answers: exact status, headers and code for each thing that can be sent."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from backend.web.protocol import GraphQLRequest
from tests.backend.web.conftest import client_of
from tests.backend.web.small_engine import engine

NEW = "application/graphql-response+json"
OLD = "application/json"
POST = {"Content-Type": OLD}
HELLO = {"query": "{ hello }"}


@pytest.fixture(params=[{}, {"Origin": "https://x.example"}], ids=["directly", "through Django"])
async def client(
    request: pytest.FixtureRequest, settings: LazySettings
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is answered in one of the two ways, which must not differ."""
    settings.CORS_ALLOWED_ORIGINS = ["https://another.example"]
    async with client_of() as http:
        http.headers.update(request.param)
        yield http


def code(response: httpx.Response) -> str:
    """The code of the only error, in an answer without data."""
    body = response.json()
    assert set(body) == {"errors"}
    (error,) = body["errors"]
    assert error["message"]
    found: str = error["extensions"]["code"]
    return found


async def post(client: httpx.AsyncClient, content: bytes, **headers: str) -> httpx.Response:
    return await client.post("/graphql", content=content, headers=POST | headers)


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
@pytest.mark.parametrize("accept", [NEW, OLD])
async def test_a_query_is_answered_in_the_type_asked_for(
    client: httpx.AsyncClient, path: str, accept: str
) -> None:
    response = await client.post(path, json=HELLO, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "world"}}
    assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Vary"] == "Accept, origin"
    assert response.headers["Content-Length"] == str(len(response.content))
    assert response.headers["X-Cost"] == "1"
    assert "Set-Cookie" not in response.headers


async def test_every_parameter_reaches_the_engine(client: httpx.AsyncClient) -> None:
    document = "query A { hello } query B($t: String) { echo(text: $t) }"
    sent: dict[str, Any] = {
        "query": document,
        "operationName": "B",
        "variables": {"t": "x"},
        "extensions": {"a": [1]},
        "unknown": 1,
    }
    response = await client.post("/graphql", json=sent)
    assert response.json() == {"data": {"echo": "x"}}
    assert engine.requests[-1] == GraphQLRequest(document, "B", {"t": "x"}, {"a": [1]})
    in_url = {name: sent[name] for name in ("query", "operationName")} | {
        name: json.dumps(sent[name]) for name in ("variables", "extensions")
    }
    assert (await client.get("/graphql", params=in_url)).json() == {"data": {"echo": "x"}}
    assert engine.requests[-1] == GraphQLRequest(
        document, "B", {"t": "x"}, {"a": [1]}, read_only=True
    )


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello } query B { hello }"}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "operationName": "C"}, "BAD_USER_INPUT"),
        (
            {"query": "query($n: Int!) { echo(number: $n) }", "variables": {"n": "x"}},
            "BAD_USER_INPUT",
        ),
    ],
)
async def test_a_refused_document_is_400_in_the_new_type_and_200_in_the_old(
    client: httpx.AsyncClient, sent: dict[str, Any], expected: str
) -> None:
    for accept, status in ((NEW, 400), (OLD, 200), ("*/*", 200)):
        response = await client.post("/graphql", json=sent, headers={"Accept": accept})
        assert (response.status_code, code(response)) == (status, expected)


@pytest.mark.parametrize("accept", [NEW, OLD])
async def test_a_failed_field_is_still_an_answer(client: httpx.AsyncClient, accept: str) -> None:
    sent = {"query": "{ fail hello }"}
    response = await client.post("/graphql", json=sent, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.json()["data"] == {"fail": None, "hello": "world"}


@pytest.mark.parametrize("accept", [NEW, OLD])
async def test_other_refusals_of_the_engine_keep_their_status(
    client: httpx.AsyncClient, accept: str
) -> None:
    headers = {"Accept": accept, "Authorization": "Bearer forged"}
    response = await client.post("/graphql", json=HELLO, headers=headers)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("accept", [NEW, OLD, "*/*"])
async def test_a_mutation_by_get_is_405(client: httpx.AsyncClient, accept: str) -> None:
    url = f"/graphql?query={quote('mutation { change }')}"
    response = await client.get(url, headers={"Accept": accept})
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
async def test_other_methods_are_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql", headers={"Accept": "text/html"})
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "GET, HEAD, POST"
    assert response.headers["Content-Type"] == f"{OLD}; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


async def test_head_is_get_without_a_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/graphql?query={hello}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == f"{OLD}; charset=utf-8"


@pytest.mark.parametrize("accept", ["text/plain", "text/html", f"{OLD};q=0", "image/*"])
async def test_no_acceptable_type_is_406(client: httpx.AsyncClient, accept: str) -> None:
    response = await client.post("/graphql", json=HELLO, headers={"Accept": accept})
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")
    assert response.headers["Content-Type"] == f"{OLD}; charset=utf-8"
    assert "Accept" in response.headers["Vary"]
    response = await client.get("/graphql?query={hello}", headers={"Accept": accept})
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
    ],
)
async def test_other_bodies_are_415(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = await client.post("/graphql", content=json.dumps(HELLO).encode(), headers=headers)
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_compressed_bodies_are_415(client: httpx.AsyncClient) -> None:
    response = await post(client, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.headers["Accept-Encoding"] == "identity"


MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"NONSENSE",
    "cut off": b'{"query":',
    "two values": b'{"query":"{hello}"} {}',
    "string": b'"{ hello }"',
    "null": b"null",
    "number": b"7",
    "true": b"true",
    "batch": b'[{"query":"{hello}"},{"query":"{hello}"}]',
    "empty batch": b"[]",
    "empty object": b"{}",
    "typing error": b'{"qeury":"{hello}"}',
    "invalid UTF-8": b'{"query":"{hello}","variables":{"a":"\xff\xfe"}}',
    "byte order mark": b'\xef\xbb\xbf{"query":"{hello}"}',
    "UTF-16": '{"query":"{hello}"}'.encode("utf-16"),
    "lone surrogate": b'{"query":"{hello}","variables":{"a":"\\ud800"}}',
    "control character": b'{"query":"{hello}\x00"}',
    "deep list": b"[" * 50_000 + b"]" * 50_000,
    "unfinished deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 16_000 + b"1" + b"}" * 16_000,
    "deep variables": b'{"query":"{hello}","variables":' + b'{"a":' * 9000 + b"1" + b"}" * 9001,
    "long number": b'{"query":"{hello}","variables":{"a":' + b"1" * 5000 + b"}}",
    "huge exponent": b'{"query":"{hello}","variables":{"a":1e400}}',
    "NaN": b'{"query":"{hello}","variables":{"a":NaN}}',
    "Infinity": b'{"query":"{hello}","variables":{"a":-Infinity}}',
}
WRONG: dict[str, list[Any]] = {
    "query": [None, 0, False, [], {}],
    "operationName": [0, False, [], {}],
    "variables": ["{}", 0, False, []],
    "extensions": ["{}", 0, False, []],
}
MALFORMED |= {
    f"{name}: {value}": json.dumps({"query": "{hello}", name: value}).encode()
    for name, values in WRONG.items()
    for value in values
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("accept", [NEW, OLD])
async def test_malformed_bodies_are_400_in_either_type(
    client: httpx.AsyncClient, body: bytes, accept: str
) -> None:
    before = len(engine.requests)
    response = await post(client, body, Accept=accept)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")
    assert response.headers["Content-Type"] == f"{accept}; charset=utf-8"
    assert len(engine.requests) == before


async def test_nulls_and_repeated_names_are_fine(client: httpx.AsyncClient) -> None:
    body = (
        b'{"query":"{","query":"{hello}","operationName":null,"variables":null,"extensions":null}'
    )
    response = await post(client, body)
    assert response.json() == {"data": {"hello": "world"}}


@limits(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
async def test_no_body_breaks_it(body: bytes) -> None:
    async with client_of() as client:
        response = await post(client, body, Accept=NEW)
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


@limits(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    document=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("query", "operationName", "variables", "extensions"), JSON_VALUES),
    )
)
async def test_no_json_object_breaks_it(document: dict[str, Any]) -> None:
    async with client_of() as client:
        response = await client.post("/graphql", json=document, headers={"Accept": NEW})
    assert response.status_code == 400
    assert response.json()["errors"]


async def test_a_large_body_is_413(client: httpx.AsyncClient) -> None:
    body = json.dumps(HELLO).encode().ljust(100_000)
    assert (await post(client, body)).status_code == 200
    response = await post(client, body + b" ")
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_large_body_in_chunks_is_413(client: httpx.AsyncClient) -> None:
    sent = 0

    async def chunks() -> Any:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 10_000

    response = await client.post("/graphql", content=chunks(), headers=POST)
    assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")
    assert sent == 11  # read no further than the limit


async def test_a_body_in_chunks_is_read(client: httpx.AsyncClient) -> None:
    async def chunks() -> Any:
        yield b'{"query":'
        yield b'"{hello}"}'

    response = await client.post("/graphql", content=chunks(), headers=POST)
    assert response.json() == {"data": {"hello": "world"}}


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "operationName=A",
        "query={hello}&variables=x",
        "query={hello}&variables=[]",
        "query={hello}&variables=7",
        "query={hello}&extensions=%22x%22",
        f"query={{hello}}&variables={'[' * 50_000}",
        "query={hello}%FF",
        "&".join(["query={hello}"] * 33),
    ],
)
async def test_malformed_urls_are_400(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/graphql?{query_string}")
    assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_a_long_url_is_414(client: httpx.AsyncClient, settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 40
    url = "/graphql?query={hello}".ljust(len("/graphql?") + 40, "&")
    assert (await client.get(url)).status_code == 200
    response = await client.get(url + "&")
    assert (response.status_code, code(response)) == (414, "URI_TOO_LONG")


@pytest.mark.parametrize(
    "query_string",
    ["query={hello}&variables=&extensions=&operationName=", "query={hello}&variables=null"],
)
async def test_empty_parameters_of_a_url_are_absent(
    client: httpx.AsyncClient, query_string: str
) -> None:
    response = await client.get(f"/graphql?{query_string}", headers={"Accept": NEW})
    assert response.json() == {"data": {"hello": "world"}}
    assert engine.requests[-1] == GraphQLRequest("{hello}", read_only=True)


async def test_cookies_of_the_engine_are_set(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": "mutation { signIn }"})
    name, *attributes = response.headers["Set-Cookie"].split("; ")
    assert name == "refresh=secret"
    assert {part for part in attributes if not part.startswith("expires=")} == {
        "HttpOnly",
        "Max-Age=60",
        "Path=/graphql",
        "SameSite=Strict",
        "Secure",
    }


async def test_a_fault_is_logged_under_the_id_that_the_answer_quotes(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await client.post("/graphql", json={"query": "{ break }"})
    assert (response.status_code, code(response)) == (500, "INTERNAL_SERVER_ERROR")
    assert "secret" not in response.text
    assert "Broken" not in response.text
    (record,) = [record for record in caplog.records if record.name == "backend.web.graphql"]
    assert response.json()["errors"][0]["extensions"]["errorId"] in record.message
    assert record.exc_info is not None


async def test_only_configured_origins_may_ask_from_elsewhere(
    client: httpx.AsyncClient, settings: LazySettings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://dashboard.example"]
    for origin, allowed in (
        ("https://dashboard.example", "https://dashboard.example"),
        ("https://evil.example", None),
    ):
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for response in (
            await client.options("/graphql", headers=preflight),
            await client.post("/graphql", json=HELLO, headers={"Origin": origin}),
            await client.post("/graphql", content=b"{", headers=POST | {"Origin": origin}),
        ):
            assert response.headers.get("Access-Control-Allow-Origin") == allowed


async def test_a_foreign_host_is_refused() -> None:
    async with client_of(base_url="http://evil.example") as client:
        response = await client.post("/graphql", json=HELLO)
    assert (response.status_code, code(response)) == (400, "HOST_NOT_ALLOWED")
    assert "evil" not in response.text
