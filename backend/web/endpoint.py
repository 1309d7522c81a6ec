"""/graphql over HTTP: from the server's events to an answer and back, with no framework between.

Django's way costs 0.15 ms, at no use to a program that asks: it is taken only by requests of pages,
where pages of other origins may ask, and by OPTIONS. A client that leaves does not stop its request, whose time the engine
bounds, but it does stop its stream.
"""

from collections.abc import Mapping

from django.conf import settings

from backend.web import observation
from backend.web.answer import Answer
from backend.web.asgi_types import Receive, Scope, Send
from backend.web.asked import Asked, headers_of
from backend.web.graphql import respond
from backend.web.headers import SecurityHeaders
from backend.web.hosts import served_host
from backend.web.outlet import send_stream
from backend.web.protocol import Engine
from backend.web.refusals import host_not_allowed, url_not_text
from backend.web.through_django import ThroughDjango


class ClientLeft(Exception):
    """Nobody is there any more to be answered."""


class Endpoint:
    """Answers GraphQL requests by that engine, and tells of each what is told besides."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._security = SecurityHeaders()
        self._django = ThroughDjango()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        noted = observation.begin(headers)
        try:
            answer = await self._answer(scope, headers, await read_body(headers, receive))
            noted.status = answer.status
            start = {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [
                    *answer.headers,
                    *self._security.missing(answer.headers, answer.status, scope),
                    *observation.headers_of(noted),
                ],
            }
            if answer.stream is not None:
                await send_stream(start, answer.stream, receive, send)
            else:
                await send(start)
                await send({"type": "http.response.body", "body": answer.body})
        except ClientLeft:
            pass
        finally:
            observation.conclude(noted)

    async def _answer(
        self, scope: Scope, headers: dict[bytes, bytes], body: bytes | None
    ) -> Answer:
        try:
            asked = Asked.of_scope(scope, headers, body)
        except UnicodeDecodeError:
            return url_not_text()
        if served_host(scope, headers) is None:
            return host_not_allowed()
        # Where no other origin is allowed, Django has nothing to say to the dashboard's own page.
        crosses = b"origin" in headers and settings.CORS_ALLOWED_ORIGINS
        if crosses or asked.method == "OPTIONS":
            return await self._django.respond(scope, asked)
        return await respond(self._engine, asked)


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
    """The body, or None where it is too large. Raises ClientLeft.

    One that announces too large a size is not read at all, and one that comes in chunks is left
    when it has passed the limit.
    """
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if int(headers.get(b"content-length") or 0) > limit:
        return None
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            return None
        more = message.get("more_body", False)
    return b"".join(chunks)
