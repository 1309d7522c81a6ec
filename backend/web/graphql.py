"""The GraphQL endpoint: the GraphQL-over-HTTP protocol around an engine.

| answer | when |
| --- | --- |
| 200 | executed; with application/json also a document that was refused |
| 304 | what `If-None-Match` names is still the answer |
| 400 | not a well-formed request; with application/graphql-response+json also a refused document |
| 401, 403, 429 | this caller may not ask, or not this, or not now |
| 404 | no document has the `documentId` |
| 405 | another method than GET, HEAD or POST, or a mutation by GET; `Allow` names the right ones |
| 406 | `Accept` allows neither media type |
| 413, 414 | the body or the URL is too large |
| 415 | the body is not JSON in UTF-8 |
| 500 | a fault of ours, logged under the id that the answer quotes |
"""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from backend.web import event_stream, graphiql
from backend.web.event_stream import EventStreamResponse
from backend.web.media_types import ANSWERS, EVENT_STREAM, GRAPHQL, HTML, JSON, PAGES, negotiate
from backend.web.parameters import from_body, from_url, has_query
from backend.web.protocol import Engine, GraphQLAnswer, GraphQLRequest
from backend.web.refusals import Refusal, internal_error

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]
METHODS = "GET, HEAD, POST"


def graphql_view(engine: Engine) -> View:
    """A view that answers GraphQL requests by that engine, and browsers by GraphiQL."""

    async def graphql(request: HttpRequest) -> HttpResponseBase:
        content_type = JSON  # until the client's wish is known
        response: HttpResponseBase
        try:
            content_type, page = _negotiated(request)
            response = page or await _answered(engine, request, content_type)
        except Refusal as refusal:
            response = refusal.response(_for_errors(content_type))
        except Exception:
            error_id, response = internal_error(_for_errors(content_type))
            logger.exception("Internal error %s", error_id)
        patch_vary_headers(response, ["Accept"])
        return response

    return graphql


async def _answered(engine: Engine, request: HttpRequest, content_type: str) -> HttpResponseBase:
    if not _may_stream(request):
        return _response(await engine.execute(_parsed(request), request), content_type)
    found = await engine.stream(
        _parsed(request), request, resume_after=request.META.get("HTTP_LAST_EVENT_ID") or None
    )
    if not isinstance(found, GraphQLAnswer):
        return EventStreamResponse(found)
    # Only a subscription needs a stream; anything else becomes one where nothing else will do.
    streamed = content_type == EVENT_STREAM and found.status == 200  # noqa: PLR2004
    return _response(found, EVENT_STREAM if streamed else _for_errors(content_type))


def _negotiated(request: HttpRequest) -> tuple[str, HttpResponseBase | None]:
    """The media type to answer in, and the answer itself where it is a page for a person."""
    if request.method not in {"GET", "HEAD", "POST"}:
        raise _method_not_allowed(f"{request.method} is not supported here.", METHODS)
    accept = request.META.get("HTTP_ACCEPT") or "*/*"
    if request.method != "POST" and not has_query(request) and negotiate(accept, PAGES) == HTML:
        if settings.GRAPHIQL:
            return HTML, graphiql.page()
        raise _not_acceptable()
    content_type = negotiate(accept, ANSWERS)
    if content_type is None and _may_stream(request):
        content_type = EVENT_STREAM
    if content_type is None:
        raise _not_acceptable()
    return content_type, None


def _parsed(request: HttpRequest) -> GraphQLRequest:
    return from_body(request) if request.method == "POST" else from_url(request)


def _response(answer: GraphQLAnswer, content_type: str) -> HttpResponseBase:
    status = answer.status
    if status == 400 and content_type == JSON:  # noqa: PLR2004 (the status is its own name)
        # Clients of the old media type trust no body but that of a 200.
        status = 200
    headers = {"Cache-Control": "no-store", **answer.headers}
    if status == 405:  # noqa: PLR2004
        headers.setdefault("Allow", "POST")
    if status == 304:  # noqa: PLR2004
        return HttpResponseNotModified(headers=headers)
    response: HttpResponseBase = (
        event_stream.single(answer)
        if content_type == EVENT_STREAM
        else HttpResponse(
            orjson.dumps(answer.body), status=status, content_type=content_type, headers=headers
        )
    )
    for cookie in answer.cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.max_age,
            path=cookie.path,
            secure=cookie.secure,
            httponly=cookie.http_only,
            samesite=cookie.same_site,
        )
    return response


def _may_stream(request: HttpRequest) -> bool:
    """Whether the client names the stream's media type; a wildcard does not ask for a stream."""
    accept = request.META.get("HTTP_ACCEPT", "").lower()
    return "text/event-stream" in accept and negotiate(accept, (EVENT_STREAM,)) is not None


def _for_errors(content_type: str) -> str:
    return GRAPHQL if content_type == EVENT_STREAM else content_type


def _method_not_allowed(message: str, allow: str) -> Refusal:
    return Refusal(405, "METHOD_NOT_ALLOWED", message, {"Allow": allow})


def _not_acceptable() -> Refusal:
    return Refusal(
        406,
        "NOT_ACCEPTABLE",
        "This address answers in application/graphql-response+json, application/json or, for "
        "subscriptions, text/event-stream.",
    )
