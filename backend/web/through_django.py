"""GraphQL by way of Django: its middleware, and the same answers as Django's responses.

What a page of another origin may see is for django-cors-headers to say. Other requests need
nothing of this, and would pay a hundred microseconds for it.
"""

from collections.abc import Callable, Coroutine
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from backend.web.answer import Answer
from backend.web.asgi_types import Scope
from backend.web.asked import Asked
from backend.web.django_responses import answer_of, response_of
from backend.web.graphql import respond
from backend.web.protocol import Engine

View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]


class ReadRequest(ASGIRequest):
    """A request that was read before Django is asked."""

    def __init__(self, scope: Scope, asked: Asked) -> None:
        super().__init__(scope, BytesIO(asked.body or b""))
        self.asked = asked


def graphql_view(engine: Engine) -> View:
    """A view that answers GraphQL requests by that engine, and browsers by GraphiQL."""

    async def graphql(request: HttpRequest) -> HttpResponseBase:
        # Django's test client brings requests of its own.
        asked = request.asked if isinstance(request, ReadRequest) else Asked.of_django(request)
        return response_of(await respond(engine, asked))

    return graphql


class ThroughDjango(ASGIHandler):
    """Runs Django's middleware and the view that the URLs lead to, on the event loop alone.

    The stock handler does more: it spools the body to a file, sends two signals whose receivers run
    in threads, and watches for the client to leave. What the signals did is left to whoever uses
    the ORM: no database connection is cleaned up around a request. By the stock handler each
    stream would occupy a thread while it is open.
    """

    async def respond(self, scope: Scope, asked: Asked) -> Answer:
        """Answer a request whose host is one of ours."""
        request = ReadRequest(scope, asked)
        return answer_of(await self._middleware_chain(request))  # type: ignore[attr-defined]
