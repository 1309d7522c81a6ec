"""The whole web application: static files, the pages of the front end, the API, the probes.

One ASGI application. Files are answered before Django is asked, and /graphql before any file is
looked for, so neither pays for the other.
"""

import asyncio
from pathlib import Path
from typing import cast
from wsgiref.headers import Headers

import django
from django.conf import settings
from servestatic import ServeStaticASGI  # type: ignore[import-untyped]

from backend.web import exporter, graphiql, metrics
from backend.web.asgi_types import Application, Receive, Scope, Send, header
from backend.web.endpoint import Endpoint
from backend.web.handler import DjangoHandler
from backend.web.headers import Secured
from backend.web.protocol import Engine
from backend.web.web_socket import WebSockets

GRAPHQL_PATHS = frozenset({"/graphql", "/graphql/"})
INDEX = "/index.html"
ADMIN_FILES = Path(django.__file__).parent / "contrib" / "admin" / "static"
PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


class Files(ServeStaticASGI):  # type: ignore[misc]
    """The files below the given folders.

    In production they are listed once, at start; in development they are looked for each time, so
    that a new build of the front end is served without a restart.
    """

    FOREVER = 365 * 24 * 60 * 60  # seconds; what proxies take to be for ever

    def __init__(self, application: Application) -> None:
        super().__init__(
            application,
            autorefresh=not settings.PRODUCTION,
            max_age=0,  # asked for again each time, and answered by 304
            allow_all_origins=False,
            immutable_file_test=r"^/assets/",  # the build puts a hash into these names
            add_headers_function=_add_page_headers,
        )


class Site:
    """Routes a connection to what answers it."""

    def __init__(self, front_end: Path, engine: Engine) -> None:
        self.sockets = WebSockets(engine)
        self.graphql = Endpoint(engine)
        self.files = Files(cast("Application", DjangoHandler()))
        if settings.GRAPHIQL:
            for folder in graphiql.FOLDERS:
                self.files.add_files(folder, graphiql.PREFIX)
        if settings.ADMIN:
            self.files.add_files(ADMIN_FILES, "static/")
        self.index = front_end / "index.html"
        if self.index.is_file() or not settings.PRODUCTION:
            self.files.add_files(front_end)
        self.secured_files = Secured(self.files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "websocket":
            if scope["path"] in GRAPHQL_PATHS:
                await self.sockets(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1000, "reason": None})
        elif scope["path"] in GRAPHQL_PATHS:
            await self.graphql(scope, receive, send)
        elif _is_page(scope) and self._was_built():
            await self.secured_files({**scope, "path": INDEX}, receive, send)
        else:
            await self.secured_files(scope, receive, send)

    def _was_built(self) -> bool:
        return self.index.is_file() if self.files.autorefresh else INDEX in self.files.files


def application(front_end: Path, engine: Engine) -> Application:
    """The application, with the front end that was built into that folder, if any was.

    The engine answers /graphql, and is the one that Django's URLs lead to.
    """
    return Site(front_end, engine)


def _is_page(scope: Scope) -> bool:
    """Whether the front end draws that path, by a route of its own.

    Of paths that are none of ours, a person gets the front end's page that says so, and a program
    gets 404.
    """
    path, method = scope["path"], scope["method"]
    if method not in {"GET", "HEAD"}:
        return False
    if path in {"/", "/jobs", "/login"} or path.startswith("/jobs/"):
        return True
    first, _, _ = path[1:].partition("/")
    if first in {"graphql", "static", "assets", "healthz", "readyz", "metrics", "admin"}:
        return False
    return b"text/html" in header(scope, b"accept") and "." not in path.rpartition("/")[2]


def _add_page_headers(headers: Headers, _path: str, url: str) -> None:
    if url == INDEX:
        headers["Cache-Control"] = "no-cache"
        headers["Content-Security-Policy"] = PAGE_POLICY


async def _live(receive: Receive, send: Send) -> None:
    """Follow the server's start and stop."""
    sampling = asyncio.create_task(exporter.keep_sampling(), name="metrics")
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    sampling.cancel()
    metrics.Tally.add_up()
    await send({"type": "lifespan.shutdown.complete"})
