"""/metrics tells the truth, of all processes together, to those who may know it."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from django.conf import LazySettings
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from backend.config.settings import ROOT
from backend.events.feed import Feed
from backend.web import exporter, metrics
from backend.web.exchange import Exchange
from backend.web.site import application
from tests.api import Api
from tests.backend.web.conftest import MISSING
from tests.backend.web.small_engine import engine
from tests.event_source import following
from tests.server import Server

TOKEN = "0123456789abcdef0123456789abcdef"
DASHBOARD = ROOT / "backend" / "observability" / "dashboard.json"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    """Every sample, by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


async def scrape(
    address: str = "127.0.0.1", host: str = "localhost", **headers: str
) -> httpx.Response:
    transport = httpx.ASGITransport(application(MISSING, engine), client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        return await client.get("/metrics", headers=headers)


# --- Who may read them ----------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1"])
async def test_this_machine_may(address: str) -> None:
    response = await scrape(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert response.headers["Cache-Control"] == "no-store"
    assert ("jobtrail_open_streams", ()) in samples(response.text)


@pytest.mark.parametrize(
    ("address", "host", "headers"),
    [
        ("192.0.2.1", "localhost", {}),
        ("testclient", "localhost", {}),
        ("127.0.0.1", "evil.example", {}),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", "localhost", {"Forwarded": "for=192.0.2.1"}),
        ("127.0.0.1", "localhost", {"X-Real-IP": "192.0.2.1"}),
        ("127.0.0.1", "localhost", {"Via": "1.1 proxy"}),
        ("192.0.2.1", "localhost", {"Authorization": f"Bearer {TOKEN}"}),
        ("192.0.2.1", "localhost", {"Authorization": "Bearer "}),
    ],
)
async def test_nobody_else_may(address: str, host: str, headers: dict[str, str]) -> None:
    response = await scrape(address, host, **headers)
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert "jobtrail_" not in response.text


async def test_behind_a_proxy_this_machine_may_not(settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert (await scrape()).status_code == 403


async def test_a_bearer_of_the_secret_may_from_anywhere(settings: LazySettings) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.TRUSTED_PROXIES = 1
    for scheme in ("Bearer", "bearer"):
        headers = {"Authorization": f"{scheme} {TOKEN}", "X-Forwarded-For": "192.0.2.1"}
        response = await scrape("192.0.2.1", "10.0.0.7:8000", **headers)
        assert response.status_code == 200
    for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", f"Bearer {TOKEN[:-1]}"):
        assert (await scrape("192.0.2.1", Authorization=wrong)).status_code == 403


async def test_they_are_read_only(client: httpx.AsyncClient) -> None:
    response = await client.post("/metrics")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


# --- What they tell -------------------------------------------------------------------------


@pytest.fixture
def _whole_application(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "backend.config.urls"


@pytest.fixture
def grown(server: Server) -> Callable[..., float]:
    """How much a sample has grown since the test began."""

    def read() -> Samples:
        return samples(httpx.get(server.url.replace("/graphql", "/metrics")).text)

    before = read()

    def grown(name: str, **labels: str) -> float:
        return value(read(), name, **labels) - value(before, name, **labels)

    return grown


@pytest.mark.usefixtures("_whole_application")
def test_requests_are_counted_and_timed(
    server: Server, viewer: Api, grown: Callable[..., float]
) -> None:
    def ask(query: str, *, signed_in: bool = True) -> None:
        headers = {"Accept": "application/graphql-response+json"}
        if signed_in:
            headers["Authorization"] = f"Bearer {viewer.token}"
        httpx.post(server.url, json={"query": query}, headers=headers)

    for _ in range(3):
        ask("{ jobs(first: 100) { nodes { id } } }")
    ask("{ nope }")
    ask('mutation { createJob(input: {name: "a"}) { __typename } }')
    ask('mutation { logIn(input: {username: "a", password: "b"}) { __typename } }', signed_in=False)

    assert grown("jobtrail_requests_total", kind="query", status="2xx") == 3
    assert grown("jobtrail_requests_total", kind="none", status="4xx") == 1
    assert grown("jobtrail_requests_total", kind="mutation", status="2xx") == 2
    assert grown("jobtrail_request_duration_seconds_count", kind="query") == 3
    assert 0 < grown("jobtrail_request_duration_seconds_sum", kind="query") < 60
    assert grown("jobtrail_request_duration_seconds_bucket", kind="query", le="+Inf") == 3
    assert grown("jobtrail_errors_total", code="GRAPHQL_VALIDATION_FAILED") == 1
    assert grown("jobtrail_errors_total", code="FORBIDDEN") == 1
    assert grown("jobtrail_cost_points_total") == 3 * 2 + 1 + 1 + 1
    assert grown("jobtrail_statements_total") >= 3
    assert grown("jobtrail_log_in_failures_total", reason="InvalidCredentials") == 1


@pytest.mark.usefixtures("_whole_application")
def test_refusals_for_want_of_points_are_counted(
    server: Server, viewer: Api, grown: Callable[..., float], settings: LazySettings
) -> None:
    settings.RATE_POINTS_PER_MINUTE = 1
    headers = {"Authorization": f"Bearer {viewer.token}"}
    for _ in range(3):
        httpx.post(server.url, json={"query": "{ jobCounts { state } }"}, headers=headers)
    assert grown("jobtrail_rate_refusals_total") == 2
    assert grown("jobtrail_cost_points_total") == 1


@pytest.mark.usefixtures("_whole_application")
def test_streams_and_their_events_are_counted(
    server: Server, operator: Api, grown: Callable[..., float]
) -> None:
    document = "subscription { jobStatuses { cursor } }"
    with following(server.url, document, token=operator.token) as stream:
        for _ in range(2):
            stream.read()
        assert grown("jobtrail_open_streams") == 1
        operator('mutation { createJob(input: {name: "a"}) { __typename } }')
        stream.take(1)
        assert grown("jobtrail_events_delivered_total") == 1


async def test_a_client_that_leaves_is_counted_as_cut() -> None:
    async def left() -> Any:
        return {"type": "http.disconnect"}

    async def never(_: Any) -> None:
        pytest.fail("nobody is there to be answered")

    labels = {"kind": "none", "status": "cut"}
    before = value(samples((await scrape()).text), "jobtrail_requests_total", **labels)
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": [], "scheme": "http"}
    await application(MISSING, engine)(scope, left, never)
    after = value(samples((await scrape()).text), "jobtrail_requests_total", **labels)
    assert after - before == 1


async def test_the_lag_of_the_feed_is_what_was_not_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(*_: object) -> Any:
        raise OSError

    log = Feed(never)
    monkeypatch.setattr(exporter, "feed", lambda: log)
    monkeypatch.setattr(exporter, "_newest", lambda: 50)
    for followers, position, lag in ((1, 42, 8), (1, 51, 0), (0, 42, 0), (1, None, 0)):
        log.followers, log.position = followers, position
        found = samples((await scrape()).text)
        assert value(found, "jobtrail_feed_lag_entries") == lag


async def test_the_pool_of_connections_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pool:
        def get_stats(self) -> dict[str, int]:
            return {"pool_size": 7, "pool_available": 2, "requests_waiting": 3}

    class Connection:
        pool = Pool()

    monkeypatch.setattr(exporter, "connection", Connection())
    found = samples((await scrape()).text)
    assert value(found, "jobtrail_database_pool_connections", state="used") == 5
    assert value(found, "jobtrail_database_pool_connections", state="idle") == 2
    assert value(found, "jobtrail_database_pool_waiting") == 3


async def test_a_look_that_fails_is_not_the_last(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    again = asyncio.Event()

    async def sample(looks: list[int] = []) -> None:  # noqa: B006 (counts the calls)
        looks.append(1)
        if len(looks) == 1:
            raise OSError("no pool")
        again.set()

    monkeypatch.setattr(exporter, "INTERVAL", 0)
    monkeypatch.setattr(exporter, "sample", sample)
    sampling = asyncio.create_task(exporter.keep_sampling())
    await asyncio.wait_for(again.wait(), 10)
    sampling.cancel()
    assert [record.message for record in caplog.records] == ["the metrics can not be sampled"]


async def test_what_was_counted_is_not_lost_when_the_server_stops() -> None:
    sent: list[Any] = []
    came = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(came)

    async def send(event: Any) -> None:
        sent.append(event)

    def counted() -> float:
        return REGISTRY.get_sample_value("jobtrail_errors_total", {"code": "ODD"}) or 0.0

    before = counted()
    metrics.observe(Exchange(status=200, codes=["ODD"]))
    assert counted() == before
    await application(MISSING, engine)({"type": "lifespan"}, receive, send)
    assert [event["type"] for event in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert counted() == before + 1


@pytest.mark.parametrize("seconds", [0.0, 0.0009, 0.001, 0.0011, 0.25, 9.9, 10.0, 10.1, 3600.0])
def test_durations_added_at_once_are_counted_as_if_observed_one_by_one(seconds: float) -> None:
    at_once, one_by_one = (
        metrics.DurationHistogram("t", "t", buckets=metrics.SECONDS, registry=None)
        for _ in range(2)
    )
    durations = metrics.Durations()
    for _ in range(2):
        durations.note(seconds)
        one_by_one.observe(seconds)
    at_once.add(durations)

    def told(histogram: metrics.DurationHistogram) -> list[Any]:
        (family,) = histogram.collect()
        return [
            (each.name, each.labels, each.value)
            for each in family.samples
            if "created" not in each.name
        ]

    assert told(at_once) == told(one_by_one)


PROCESS = """
import os, sys, django
django.setup(set_prefix=False)
from backend.web import metrics
from backend.web.exchange import Exchange
metrics.observe(Exchange(kind="query", status=200, cost=2, codes=["FORBIDDEN"]))
metrics.Tally.add_up()
metrics.STREAMS.inc(5)
metrics.FEED_LAG.set(int(sys.argv[1]))
if sys.argv[1] == "3":
    print(metrics.exposition().decode())
else:
    print(flush=True)
    sys.stdin.read()  # lives on
"""


def test_processes_add_up_what_they_count_and_the_dead_leave_nothing_open(tmp_path: Path) -> None:
    folder = tmp_path / "of" / "metrics"
    environment = {
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
        "JOBTRAIL_SQLITE_PATH": str(tmp_path / "jobs.sqlite3"),
    }

    def start(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROCESS, name],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    with start("1") as dead, start("2") as alive:
        for process in (dead, alive):
            assert process.stdout is not None
            process.stdout.readline()
        dead.kill()
        dead.wait()
        with start("3") as asked:
            text, _ = asked.communicate(timeout=60)
        alive.communicate()
    found = samples(text)
    assert value(found, "jobtrail_requests_total", kind="query", status="2xx") == 3
    assert value(found, "jobtrail_cost_points_total") == 6
    assert value(found, "jobtrail_errors_total", code="FORBIDDEN") == 3
    assert value(found, "jobtrail_request_duration_seconds_count", kind="query") == 3
    assert value(found, "jobtrail_open_streams") == 10
    assert value(found, "jobtrail_feed_lag_entries") == 3


# --- The dashboard --------------------------------------------------------------------------


def test_the_dashboard_asks_for_nothing_that_is_not_exported() -> None:

    dashboard = orjson.loads(DASHBOARD.read_bytes())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in re.findall(r"jobtrail_\w+", query)}
    exported = {
        f"{family.name}{suffix}"
        for family in REGISTRY.collect()
        for suffix in SUFFIXES.get(family.type, [""])
    }
    assert asked <= exported
    counted = {name.removesuffix("_bucket") for name in asked}
    all_of_ours = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in REGISTRY.collect()
        if family.name.startswith("jobtrail_")
    }
    assert counted == all_of_ours  # and everything that is exported is shown


SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
