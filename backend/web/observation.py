"""Everything that is told of a GraphQL request besides its answer: headers, a log line, metrics.

Wraps the application that answers, so that refusals and faults are told of as well.
"""

import math
from typing import Any

from django.conf import settings

from backend.web import exchange, metrics, request_log, tracing
from backend.web.asgi_types import Application, Receive, Scope, Send, header
from backend.web.exchange import Exchange


class Observed:
    """Gives each request an id, and tells what became of it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request_id = exchange.request_id(header(scope, b"x-request-id"))
        noted = exchange.begin(request_id)
        if tracing.tracer is not None:
            caller = (header(scope, b"traceparent"), header(scope, b"tracestate"))
            noted.trace = tracing.begin(*(each.decode("latin1") for each in caller))

        async def send_with_headers(event: Any) -> None:
            if event["type"] == "http.response.start":
                noted.status = event["status"]
                event["headers"].extend(_headers(noted))
            await send(event)

        try:
            await self.application(scope, receive, send_with_headers)
        finally:
            conclude(noted)


def conclude(noted: Exchange) -> None:
    """Tell the log and the metrics of an exchange that has ended, or of one that broke off."""
    metrics.observe(noted)
    if noted.trace is not None:
        noted.trace.end(noted)
    if settings.REQUEST_LOG:
        request_log.write(noted)


def _headers(noted: Exchange) -> list[tuple[bytes, bytes]]:
    headers = [(b"x-request-id", noted.request_id.encode())]
    allowance = noted.allowance
    if allowance is not None:
        # draft-ietf-httpapi-ratelimit-headers: a quota of points in a window of 60 seconds.
        left, resets = allowance.remaining, math.ceil(allowance.resets_in)
        headers += (
            (b"ratelimit-policy", b'"points";q=%d;w=60' % allowance.limit),
            (b"ratelimit", b'"points";r=%d;t=%d' % (left, resets)),
        )
    if not settings.PRODUCTION:
        headers.append((b"server-timing", _timing(noted).encode()))
    return headers


def _timing(noted: Exchange) -> str:
    """What the request took, as the network panel of a browser shows it to a developer."""
    statements = f"{noted.statements} statement{'' if noted.statements == 1 else 's'}"
    database = f'db;dur={noted.database_time * 1e3:.2f};desc="{statements}"'
    return f"{database}, total;dur={noted.elapsed() * 1e3:.2f}"
