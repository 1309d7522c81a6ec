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
from functools import lru_cache
from http.cookies import SimpleCookie
from time import time
from typing import Final

from django.conf import settings
from django.utils.http import http_date

from backend.web import event_stream, graphiql
from backend.web.answer import NO_STORE, Answer, header_pairs
from backend.web.asgi_types import Headers
from backend.web.asked import Asked
from backend.web.event_stream import ServerSentEvents
from backend.web.media_types import ANSWERS, EVENT_STREAM, GRAPHQL, HTML, JSON, PAGES, negotiate
from backend.web.parameters import from_body, from_url, has_query
from backend.web.protocol import Cookie, Engine, GraphQLAnswer, GraphQLRequest, encoded
from backend.web.refusals import Refusal, internal_error

logger = logging.getLogger(__name__)

METHODS: Final = "GET, HEAD, POST"
# What pages of other origins may see differs by who they are, whether or not this was one's.
VARY: Final = (b"vary", b"Accept, origin")


async def respond(engine: Engine, http: Asked) -> Answer:
    """Answer GraphQL requests by that engine, and browsers by GraphiQL."""
    content_type = JSON  # until the client's wish is known
    try:
        content_type, page = _negotiated(http)
        answer = page or await _answered(engine, http, content_type)
    except Refusal as refusal:
        answer = refusal.answer(_for_errors(content_type))
    except Exception:
        error_id, answer = internal_error(_for_errors(content_type))
        logger.exception("Internal error %s", error_id)
    _add_vary(answer.headers)
    return answer


async def _answered(engine: Engine, http: Asked, content_type: str) -> Answer:
    if not _may_stream(http.header(b"accept")):
        return _whole(await engine.execute(_parsed(http), http), content_type)
    resume_after = http.header(b"last-event-id") or None
    found = await engine.stream(_parsed(http), http, resume_after=resume_after)
    if not isinstance(found, GraphQLAnswer):
        return _stream(ServerSentEvents(found))
    # Only a subscription needs a stream; anything else becomes one where nothing else will do.
    if content_type == EVENT_STREAM and found.status == 200:  # noqa: PLR2004
        return _stream(event_stream.single(found), found.cookies)
    return _whole(found, _for_errors(content_type))


def _negotiated(http: Asked) -> tuple[str, Answer | None]:
    """The media type to answer in, and the answer itself where it is a page for a person."""
    if http.method not in {"GET", "HEAD", "POST"}:
        raise _method_not_allowed(f"{http.method} is not supported here.", METHODS)
    accept = http.header(b"accept") or "*/*"
    if http.method != "POST" and not has_query(http) and negotiate(accept, PAGES) == HTML:
        if settings.GRAPHIQL:
            return HTML, graphiql.page()
        raise _not_acceptable()
    content_type = negotiate(accept, ANSWERS)
    if content_type is None and _may_stream(accept):
        content_type = EVENT_STREAM
    if content_type is None:
        raise _not_acceptable()
    return content_type, None


def _parsed(http: Asked) -> GraphQLRequest:
    return from_body(http) if http.method == "POST" else from_url(http)


def _whole(answer: GraphQLAnswer, content_type: str) -> Answer:
    status = answer.status
    headers = answer.headers
    if status == 304:  # noqa: PLR2004 (the status is its own name)
        return Answer(status, header_pairs(headers))
    if status == 400 and content_type == JSON:  # noqa: PLR2004
        # Clients of the old media type trust no body but that of a 200.
        status = 200
    if status == 405:  # noqa: PLR2004
        headers = {"Allow": "POST", **headers}
    found = Answer.whole(encoded(answer), content_type, status, headers)
    found.headers += map(_set_cookie, answer.cookies)
    return found


def _stream(events: ServerSentEvents, cookies: list[Cookie] | None = None) -> Answer:
    headers = [
        (b"content-type", EVENT_STREAM.encode()),
        NO_STORE,
        (b"x-accel-buffering", b"no"),
        *map(_set_cookie, cookies or ()),
    ]
    return Answer(200, headers, stream=events)


def _set_cookie(cookie: Cookie) -> tuple[bytes, bytes]:
    jar = SimpleCookie({cookie.name: cookie.value})
    morsel = jar[cookie.name]
    morsel["max-age"] = cookie.max_age
    morsel["expires"] = http_date(time() + cookie.max_age)
    morsel["path"] = cookie.path
    morsel["secure"], morsel["httponly"] = cookie.secure, cookie.http_only
    morsel["samesite"] = cookie.same_site
    return b"set-cookie", morsel.OutputString().encode("ascii")


def _add_vary(headers: Headers) -> None:
    for index, (name, value) in enumerate(headers):
        if name == b"vary":
            headers[index] = (name, value + b", " + VARY[1])
            return
    headers.append(VARY)


@lru_cache(maxsize=128)
def _may_stream(accept: str) -> bool:
    """Whether the client names the stream's media type; a wildcard does not ask for a stream."""
    named = "text/event-stream" in accept.lower()
    return named and negotiate(accept, (EVENT_STREAM,)) is not None


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
