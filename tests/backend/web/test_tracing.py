"""Traces of requests, where OpenTelemetry is there; nothing, at no cost, where it is not."""

import subprocess
import sys
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, get_current_span
from pytest_django import Settings

from backend.config.settings import ROOT
from backend.web import tracing
from schema.documents import digest
from tests.api import Api
from tests.backend.web.small_engine import SmallEngine
from tests.schema.test_subscriptions_socket import connected, hear, subscribe
from tests.server import Server

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """What is recorded."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "tracer", provider.get_tracer("jobtrail"))
    return exporter


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = spans.get_finished_spans()
    return span


async def test_a_request_is_a_span_below_its_callers(
    client: httpx.AsyncClient, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    within: list[Any] = []
    execute = SmallEngine.execute

    async def spy(*args: Any) -> Any:
        within.append(get_current_span().get_span_context())
        return await execute(*args)

    monkeypatch.setattr(SmallEngine, "execute", spy)
    headers = {"traceparent": CALLER, "X-Request-ID": "mine"}
    await client.get("/graphql?query={hello}", headers=headers)
    span = only(spans)
    assert (span.name, span.kind, span.status.status_code) == (
        "graphql",
        SpanKind.SERVER,
        StatusCode.UNSET,
    )
    assert span.parent is not None
    assert f"{span.parent.trace_id:032x}-{span.parent.span_id:016x}" == CALLER[3:-3]
    assert within == [span.context]
    assert dict(span.attributes or {}) == {
        "http.response.status_code": 200,
        "jobtrail.request": "mine",
        "jobtrail.cost": 0,
        "jobtrail.statements": 0,
        "jobtrail.codes": (),
        "jobtrail.events": 0,
    }


@pytest.mark.parametrize("caller", ["", "nonsense", "é", "00-0-0-0"])
async def test_a_caller_that_can_not_be_read_is_none(
    client: httpx.AsyncClient, spans: InMemorySpanExporter, caller: str
) -> None:
    headers = {b"traceparent": caller.encode()}
    await client.get("/graphql?query={hello}", headers=headers)
    assert only(spans).parent is None


async def test_a_fault_marks_its_span(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    await client.post("/graphql", json={"query": "{ break }"})
    span = only(spans)
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["jobtrail.codes"] == ("INTERNAL_SERVER_ERROR",)


def test_an_operation_gives_its_span_a_name(
    server: Server, viewer: Api, settings: Settings, spans: InMemorySpanExporter
) -> None:
    settings.ROOT_URLCONF = "backend.config.urls"
    document = "query Who { viewer { username } }"
    headers = {"Authorization": f"Bearer {viewer.token}"}
    httpx.post(server.url, json={"query": document}, headers=headers)
    with connected(server, viewer.token) as socket:
        hear(socket)
        subscribe(socket, document)
        assert [hear(socket)["type"] for _ in range(2)] == ["next", "complete"]
    named = [span for span in spans.get_finished_spans() if span.name == "query Who"]
    assert len(named) == 2
    assert viewer.user is not None
    for span in named:
        told = dict(span.attributes or {})
        assert told["graphql.operation.type"] == "query"
        assert told["graphql.operation.name"] == "Who"
        assert told["jobtrail.document"] == digest(document)
        assert told["jobtrail.principal"] == viewer.user.pk


async def test_without_the_extra_nothing_is_traced(
    client: httpx.AsyncClient, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "tracer", None)
    response = await client.get("/graphql?query={hello}", headers={"traceparent": CALLER})
    assert response.json() == {"data": {"hello": "world"}}
    assert tracing.begin(CALLER, "") is None
    assert spans.get_finished_spans() == ()


IMPORT = "import django; django.setup(set_prefix=False); from backend.web import tracing; "
SET_UP = (
    "from opentelemetry import trace; from opentelemetry.sdk.trace import TracerProvider; "
    "trace.set_tracer_provider(TracerProvider()); "
)


@pytest.mark.parametrize(
    ("before", "traced"),
    [
        ("import sys; sys.modules['opentelemetry'] = None; ", "False"),  # not installed
        ("", "False"),  # installed, and nobody records
        (SET_UP, "True"),
    ],
)
def test_only_a_recorder_that_was_set_up_is_used(before: str, traced: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"{before}{IMPORT}print(tracing.tracer is not None)"],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "backend.config.settings"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout == f"{traced}\n"
