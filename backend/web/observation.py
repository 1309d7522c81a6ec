"""Everything that is told of a GraphQL request besides its answer: headers, a log line, metrics.

It is told of whatever is answered, refusals and faults as well.
"""

import math
from collections.abc import Mapping

from django.conf import settings

from backend.web import exchange, metrics, request_log, tracing
from backend.web.asgi_types import Headers
from backend.web.exchange import Exchange


def begin(headers: Mapping[bytes, bytes]) -> Exchange:
    """The exchange that a request with these headers begins; it has an id, and is the current one."""
    noted = exchange.begin(exchange.request_id(headers.get(b"x-request-id", b"")))
    if tracing.tracer is not None:
        caller = (headers.get(name, b"") for name in (b"traceparent", b"tracestate"))
        noted.trace = tracing.begin(*(each.decode("latin1") for each in caller))
    return noted


def conclude(noted: Exchange) -> None:
    """Tell the log and the metrics of an exchange that has ended, or of one that broke off."""
    metrics.observe(noted)
    if noted.trace is not None:
        noted.trace.end(noted)
    if settings.REQUEST_LOG:
        request_log.write(noted)


def headers_of(noted: Exchange) -> Headers:
    """What the headers of its answer tell of an exchange."""
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
