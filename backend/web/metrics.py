"""What is counted and measured, for Prometheus.

With several server processes each writes into a file of PROMETHEUS_MULTIPROC_DIR, and whichever is
asked adds them up; without that variable a process tells of itself alone.
"""

import os
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from backend.web.exchange import Exchange

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

if settings.METRICS_FOLDER:
    Path(settings.METRICS_FOLDER).mkdir(parents=True, exist_ok=True)

REQUESTS: Final = Counter(
    "jobtrail_requests", "GraphQL requests answered, streams when they end.", ["kind", "status"]
)
DURATION: Final = Histogram(
    "jobtrail_request_duration_seconds",
    "From a request to the end of its answer; streams are left out.",
    ["kind"],
    buckets=SECONDS,
)
ERRORS: Final = Counter("jobtrail_errors", "Errors in answers, by their codes.", ["code"])
COST: Final = Counter("jobtrail_cost_points", "Points that operations cost their callers.")
REFUSED: Final = Counter("jobtrail_rate_refusals", "Operations refused for want of points.")
STATEMENTS: Final = Counter("jobtrail_statements", "SQL statements run for requests.")
LOG_IN_FAILURES: Final = Counter(
    "jobtrail_log_in_failures", "Attempts to sign in that failed.", ["reason"]
)
STREAMS: Final = Gauge(
    "jobtrail_open_streams", "Streams of events that are open.", multiprocess_mode="livesum"
)
EVENTS: Final = Counter("jobtrail_events_delivered", "Events handed over to streams.")
FEED_LAG: Final = Gauge(
    "jobtrail_feed_lag_entries",
    "Entries of the log, the newest included, that are not published yet.",
    multiprocess_mode="livemax",
)
POOL: Final = Gauge(
    "jobtrail_database_pool_connections",
    "Connections of the pools to the database.",
    ["state"],
    multiprocess_mode="livesum",
)
POOL_WAITING: Final = Gauge(
    "jobtrail_database_pool_waiting",
    "Threads that wait for a connection.",
    multiprocess_mode="livesum",
)


class Tally:
    """What happens too often to be counted one by one: added up when somebody looks."""

    cost = 0
    events = 0
    statements = 0

    @classmethod
    def add_up(cls) -> None:
        """Count what has happened since the last time."""
        for counter, name in ((COST, "cost"), (EVENTS, "events"), (STATEMENTS, "statements")):
            counter.inc(getattr(cls, name))
            setattr(cls, name, 0)


_requests: Final = cache(REQUESTS.labels)
_duration: Final = cache(DURATION.labels)


def observe(exchange: Exchange) -> None:
    """Count an exchange that has ended."""
    kind = exchange.kind or "none"
    # A client that leaves before it has sent its request is answered by nothing.
    _requests(kind, f"{exchange.status // 100}xx" if exchange.status else "cut").inc()
    if kind != "subscription":
        _duration(kind).observe(exchange.elapsed())
    Tally.cost += exchange.cost
    Tally.statements += exchange.statements
    for code in exchange.codes:
        ERRORS.labels(code).inc()
        if code == "RATE_LIMITED":
            REFUSED.inc()


def exposition() -> bytes:
    """All of it in Prometheus' text format."""
    if not settings.METRICS_FOLDER:
        return generate_latest(REGISTRY)
    _bury(Path(settings.METRICS_FOLDER))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, settings.METRICS_FOLDER)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _bury(folder: Path) -> None:
    """Forget what processes that have ended had open; what they counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            pass  # it lives, as somebody else
