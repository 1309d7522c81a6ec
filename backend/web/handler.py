"""Django's ASGI handler, twice: as it is, and at a tenth of its cost for /graphql.

The stock handler costs 0.9 ms of CPU on an empty view: it spools the body to a file, sends two
signals whose receivers run in threads, and watches for the client to leave. `GraphQLHandler`
reads the body into memory, runs the same middleware and views, and sends the answer.

What the signals did is left to whoever uses the ORM: no database connection is cleaned up around
a request. A client that leaves does not stop its request, whose time the engine bounds, but it
does stop its stream. (By the stock handler each stream would occupy a thread while it is open.)
"""

import asyncio
import time
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from backend.web.asgi_types import Receive, Scope, Send, header
from backend.web.event_stream import LONGEST_SILENCE, EventStreamResponse
from backend.web.refusals import error_response

# These are asked by address: probes tell nothing that the name would protect, and the metrics see
# to it themselves.
ANY_HOST = frozenset({"/healthz", "/metrics", "/readyz"})


class DjangoHandler(ASGIHandler):
    """The stock handler, which also refuses names that are not ours, and does so in JSON.

    Django looks at the Host header only where a view asks for it, and no view here does; unlooked
    at, it would let a page elsewhere talk to a server on this machine (DNS rebinding).
    """

    def create_request(
        self, scope: Mapping[str, Any], body_file: Any
    ) -> tuple[ASGIRequest, None] | tuple[None, HttpResponse]:
        """The request, or the answer that refuses it."""
        try:
            request = self.request_class(scope, body_file)
            if request.path not in ANY_HOST:
                request.get_host()
        except UnicodeDecodeError:
            return None, error_response(400, "BAD_REQUEST", "The URL is not valid UTF-8.")
        except DisallowedHost:
            return None, error_response(400, "HOST_NOT_ALLOWED", "This host is not served here.")
        return request, None

    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        """Send the answer, with its length where it is known: clients then see a cut."""
        sized = not response.streaming and response.status_code != HTTPStatus.NOT_MODIFIED
        if sized and "Content-Length" not in response:
            response["Content-Length"] = len(response.content)  # type: ignore[attr-defined]
        await super().send_response(response, send)


class GraphQLHandler(DjangoHandler):
    """The handler of GraphQL requests, answered in one piece or by a stream."""

    async def handle(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await read_body(scope, receive)
        if body is None:
            return
        request, refusal = self.create_request(scope, BytesIO(body))
        response = refusal or await self._middleware_chain(request)  # type: ignore[attr-defined]
        if isinstance(response, EventStreamResponse):
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    async def _stream(self, response: EventStreamResponse, receive: Receive, send: Send) -> None:
        """Send for as long as the client reads.

        Nothing is kept for a client that does not: it is waited for, and cut off in the end.
        """
        outlet = Outlet(send)
        sending = asyncio.create_task(self.send_response(response, outlet.send))
        tasks = {
            sending,
            asyncio.create_task(_left(receive)),
            asyncio.create_task(outlet.blocked()),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await response.end()
        if not sending.cancelled():
            sending.result()


class Outlet:
    """Where a stream is sent, and how long the client has not taken what waits there."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting_since: float | None = None

    async def send(self, event: Any) -> None:
        """Send, as soon as the client takes it."""
        self._waiting_since = time.monotonic()
        await self._send(event)
        self._waiting_since = None

    async def blocked(self) -> None:
        """Return when something has waited for too long: one timer, not one for each event."""
        waited = 0.0
        while waited < LONGEST_SILENCE:
            await asyncio.sleep(LONGEST_SILENCE - waited)
            since = self._waiting_since
            waited = 0.0 if since is None else time.monotonic() - since


async def _left(receive: Receive) -> None:
    """Returns when the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body, or None where the client left. Too large a body is not read to its end.

    One that announces its size is not read at all, and one that comes in chunks is left when it
    has passed the limit, so that whoever looks at the request sees that it has.
    """
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if int(header(scope, b"content-length") or 0) > limit:
        return b""
    chunks, size, more = [], 0, True
    while more and size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)
