"""Files, pages, and what surrounds every answer."""

import gzip
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import LazySettings

from backend.web.site import PAGE_POLICY, application
from tests.backend.web.conftest import client_of
from tests.backend.web.small_engine import engine

INDEX = "<!doctype html><title>Dashboard</title>"
SCRIPT = "console.log('hello');" * 100
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(params=[True, False], ids=["production", "development"])
async def built(
    tmp_path: Path, settings: LazySettings, request: pytest.FixtureRequest
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose front end is built."""
    settings.PRODUCTION = request.param
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (assets / "index-Bx3f9.js").write_text(SCRIPT)
    (assets / "index-Bx3f9.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (assets / "index-Bx3f9.js.br").write_bytes(b"brotli")
    async with client_of(tmp_path) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs/Sm9iOjE", "/login", "/index.html"])
@pytest.mark.parametrize("headers", [{}, BROWSER])
async def test_pages_of_the_front_end(
    built: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    response = await built.get(path, headers=headers)
    assert (response.status_code, response.text) == (200, INDEX)
    assert response.headers["Content-Type"] == 'text/html; charset="utf-8"'
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Content-Security-Policy"] == PAGE_POLICY
    again = await built.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again.headers  # the page keeps the one it came with


async def test_paths_of_nobody(built: httpx.AsyncClient) -> None:
    assert (await built.get("/nothing/here", headers=BROWSER)).text == INDEX
    for path, headers in (
        ("/nothing/here", {}),
        ("/nothing.png", BROWSER),
        ("/assets/nothing", BROWSER),
        ("/static/nothing", BROWSER),
        ("/graphql/nothing", BROWSER),
        ("/../pyproject.toml", {}),
        ("/%2e%2e/pyproject.toml", {}),
        ("/assets/..%2findex.html", {}),
        ("/%00", {}),
    ):
        response = await built.get(path, headers=headers)
        assert (path, response.status_code) == (path, 404)
        assert response.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


@pytest.mark.parametrize(
    ("accept", "encoding", "content"),
    [
        ("br, gzip", "br", None),
        ("gzip", "gzip", SCRIPT),
        ("identity", None, SCRIPT),
        ("gzip;q=0", None, SCRIPT),
    ],
)
async def test_assets_are_compressed_beforehand_and_cached_for_a_year(
    built: httpx.AsyncClient, accept: str, encoding: str | None, content: str | None
) -> None:
    request = built.build_request(
        "GET", "/assets/index-Bx3f9.js", headers={"Accept-Encoding": accept}
    )
    response = await built.send(request, stream=True)
    raw = b"".join([part async for part in response.aiter_raw()])
    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "Access-Control-Allow-Origin" not in response.headers
    if content is not None:
        assert (gzip.decompress(raw) if encoding else raw).decode() == content
    else:
        assert raw == b"brotli"


async def test_files_that_keep_their_name_are_asked_for_again(built: httpx.AsyncClient) -> None:
    response = await built.get("/favicon.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "max-age=0, public"


async def test_pages_are_read_only(built: httpx.AsyncClient) -> None:
    response = await built.post("/index.html")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


async def test_without_a_front_end_the_root_leads_to_the_api(client: httpx.AsyncClient) -> None:
    response = await client.get("/")
    assert response.status_code == 200
    assert '<a href="/graphql">' in response.text
    assert (await client.get("/jobs", headers=BROWSER)).status_code == 404


async def test_development_serves_what_is_built_later(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.PRODUCTION = False
    async with client_of(tmp_path) as client:
        assert "GraphQL API" in (await client.get("/")).text
        for page in (INDEX, INDEX + "<p>longer"):
            (tmp_path / "index.html").write_text(page)
            assert (await client.get("/")).text == page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/assets/index-Bx3f9.js",
        "/graphql?query={hello}",
        "/graphql",
        "/healthz",
        "/x",
        "/broken",
    ],
)
async def test_every_answer_carries_the_security_headers(
    built: httpx.AsyncClient, path: str
) -> None:
    headers = (await built.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = PAGE_POLICY if path == "/" else "default-src 'none'; frame-ancestors 'none'"
    assert headers["Content-Security-Policy"] == policy
    assert "Strict-Transport-Security" not in headers


async def test_https_is_pinned_where_the_client_came_by_it(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    async with client_of(tmp_path, "https://localhost") as client:
        secure = await client.get("/healthz")
    assert secure.headers["Strict-Transport-Security"] == "max-age=60"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    async with client_of(tmp_path) as client:
        plain = await client.get("/healthz", headers={"X-Forwarded-Proto": "http"})
        proxied = await client.get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in plain.headers
    assert proxied.headers["Strict-Transport-Security"] == "max-age=60"


async def test_a_fault_outside_graphql_tells_nothing(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await client.get("/broken")
    assert response.status_code == 500
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["errorId"] in caplog.text
    assert "secret detail" in caplog.text
    assert "secret detail" not in response.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.2", "a b"])
async def test_foreign_hosts_are_refused(client: httpx.AsyncClient, host: str) -> None:
    response = await client.get("/nothing", headers={"Host": host})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "HOST_NOT_ALLOWED"}


async def test_a_url_that_is_not_text_is_refused() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    for path, origin in (("/graphql", []), ("/graphql", [(b"origin", b"null")]), ("/x", [])):
        scope: Any = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "query_string": b"query=\xff",
            "headers": [(b"host", b"localhost"), *origin],
        }
        await application(Path("/nonexistent"), engine)(scope, receive, send)
        assert [event["status"] for event in sent if "status" in event] == [400]
        assert b'"BAD_REQUEST"' in sent[-1]["body"]
        sent.clear()


async def test_a_client_that_leaves_gets_no_answer(tmp_path: Path) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        sent.append(event)

    scope: Any = {"type": "http", "method": "POST", "path": "/graphql", "headers": []}
    await application(tmp_path, engine)({**scope, "scheme": "http"}, receive, send)
    assert sent == []
