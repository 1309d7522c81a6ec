"""What is counted and measured, for Prometheus.

With several server processes each writes into a file of PROMETHEUS_MULTIPROC_DIR, and whichever is
asked adds them up; without that variable a process tells of itself alone.
"""

import os
from bisect import bisect_left
from collections import defaultdict
from pathlib import Path
from typing import ClassVar, Final

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


class Durations:
    """Durations that were not added to a histogram yet."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(SECONDS) + 1)  # by the bound that they are within
        self.seconds = 0.0

    def note(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(SECONDS, seconds)] += 1
        self.seconds += seconds


class DurationHistogram(Histogram):
    """A histogram to which many durations can be added at once."""

    def add(self, durations: Durations) -> None:
        """As observing each of them would."""
        self._sum.inc(durations.seconds)
        for bucket, count in zip(self._buckets, durations.counts, strict=True):
            if count:
                bucket.inc(count)


REQUESTS: Final = Counter(
    "jobtrail_requests", "GraphQL requests answered, streams when they end.", ["kind", "status"]
)
DURATION: Final = DurationHistogram(
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
    """What happens too often to be counted one by one: added up every second, and when asked.

    A counter of Prometheus costs more than all else that is noted of a request.
    """

    cost = 0
    events = 0
    statements = 0
    requests: ClassVar[defaultdict[tuple[str, int], int]] = defaultdict(int)  # by kind and status
    durations: ClassVar[defaultdict[str, Durations]] = defaultdict(Durations)  # by kind
    errors: ClassVar[defaultdict[str, int]] = defaultdict(int)  # by code

    @classmethod
    def add_up(cls) -> None:
        """Count what has happened since the last time."""
        for counter, name in ((COST, "cost"), (EVENTS, "events"), (STATEMENTS, "statements")):
            counter.inc(getattr(cls, name))
            setattr(cls, name, 0)
        while cls.requests:
            (kind, status), count = cls.requests.popitem()
            # A client that leaves before it has sent its request is answered by nothing.
            REQUESTS.labels(kind, f"{status // 100}xx" if status else "cut").inc(count)
        while cls.durations:
            kind, durations = cls.durations.popitem()
            DURATION.labels(kind).add(durations)
        while cls.errors:
            code, count = cls.errors.popitem()
            ERRORS.labels(code).inc(count)
            if code == "RATE_LIMITED":
                REFUSED.inc(count)


def observe(exchange: Exchange) -> None:
    """Count an exchange that has ended."""
    kind = exchange.kind or "none"
    Tally.requests[kind, exchange.status] += 1
    if kind != "subscription":
        Tally.durations[kind].note(exchange.elapsed())
    Tally.cost += exchange.cost
    Tally.statements += exchange.statements
    for code in exchange.codes:
        Tally.errors[code] += 1


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
