"""Traces by OpenTelemetry, where its API is installed (the extra `tracing`) and an SDK set up.

Which SDK records them, and where they go, is the business of whoever starts the server, such as by
`opentelemetry-instrument uvicorn ...`: it has to be there before this is imported. Where it is not,
a request pays for one comparison.
"""

from typing import Any, Final

from backend.web.exchange import Exchange

try:
    from opentelemetry import context, propagate, trace
except ImportError:  # the extra was not asked for
    tracer: Any = None
else:
    provider = trace.get_tracer_provider()
    set_up = not isinstance(provider, trace.ProxyTracerProvider)
    tracer = provider.get_tracer("jobtrail") if set_up else None

FAULT: Final = 500  # and above


class Trace:
    """The span of one exchange. What is run for it has its own spans below."""

    def __init__(self, traceparent: str, tracestate: str) -> None:
        carrier = {"traceparent": traceparent, "tracestate": tracestate}
        self._span = tracer.start_span(
            "graphql", propagate.extract(carrier), kind=trace.SpanKind.SERVER
        )
        self._token = context.attach(trace.set_span_in_context(self._span))

    def end(self, exchange: Exchange) -> None:
        """Say what became of the exchange: what the log says of it, and as little."""
        context.detach(self._token)
        span = self._span
        if span.is_recording():
            known = {
                "graphql.operation.type": exchange.kind,
                "graphql.operation.name": exchange.operation,
                "http.response.status_code": exchange.status,
                "jobtrail.request": exchange.request_id,
                "jobtrail.principal": exchange.principal,
                "jobtrail.document": exchange.document,
                "jobtrail.cost": exchange.cost,
                "jobtrail.statements": exchange.statements,
                "jobtrail.codes": exchange.codes,
                "jobtrail.events": exchange.events,
            }
            span.update_name(f"{exchange.kind or 'graphql'} {exchange.operation or ''}".strip())
            span.set_attributes({name: each for name, each in known.items() if each is not None})
            if exchange.status >= FAULT or "INTERNAL_SERVER_ERROR" in exchange.codes:
                span.set_status(trace.StatusCode.ERROR)
        span.end()


def begin(traceparent: str, tracestate: str) -> Trace | None:
    """Begin the span of an exchange, below its caller's; None where nothing is traced."""
    return None if tracer is None else Trace(traceparent, tracestate)
