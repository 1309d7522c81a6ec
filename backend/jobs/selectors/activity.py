"""What happened over time: how many changes entered each state, hour by hour.

Read from the roll-up by hour, plus the log rows that it does not hold yet: the cost depends on the
length of the range and on the roll-up's lag, not on the size of the log: with 1,000,000 jobs and
three million rows of the log, seven days cost 0.7 ms of PostgreSQL's CPU (`make bench`, N2).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from django.db.models import Count
from django.db.models.functions import TruncHour

from backend.jobs import counts
from backend.jobs.filters import InvalidFilter, TimeRange
from backend.jobs.lifecycle import JobState
from backend.jobs.models import HourlyActivity, JobStatus, StateRollup

HOUR: Final = timedelta(hours=1)
MOST_BUCKETS: Final = 200
DEFAULT_SPAN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Changes within start <= t < end, by the state they entered."""

    start: datetime
    end: datetime
    entered: dict[JobState, int]


def activity(span: TimeRange, buckets: int, now: datetime) -> Sequence[Bucket]:
    """The changes within the range, in at most `buckets` buckets of equal length, oldest first.

    Buckets begin at whole hours of UTC and last whole hours, so the first begins at or before
    the range and the last ends at or after it. A side left open is now, or seven days earlier.

    Raises InvalidFilter for a number of buckets outside 1 to 200, and for a range whose buckets
    would reach beyond the years 1 to 9999.
    """
    if not 1 <= buckets <= MOST_BUCKETS:
        msg = f"buckets must be between 1 and {MOST_BUCKETS}."
        raise InvalidFilter(msg)
    try:
        edges = _edges(span, buckets, now)
    except OverflowError as error:
        msg = "The buckets of a time range must lie within the years 1 to 9999."
        raise InvalidFilter(msg) from error
    result = [Bucket(*ends, dict.fromkeys(JobState, 0)) for ends in pairwise(edges)]
    width = edges[1] - edges[0]
    for (hour, state), number in _entered(edges[0], edges[-1]).items():
        result[(hour - edges[0]) // width].entered[JobState(state)] += number
    return result


def _edges(span: TimeRange, buckets: int, now: datetime) -> list[datetime]:
    end = span.end or max(now, span.start or now)
    start = span.start or end - DEFAULT_SPAN
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    hours = max(1, -((first - end) // HOUR))
    width = -(-hours // buckets) * HOUR
    count = -(-(hours * HOUR) // width)
    return [first + number * width for number in range(count + 1)]


def _entered(start: datetime, end: datetime) -> Counter[tuple[datetime, str]]:
    while True:
        position = _position()
        entered: Counter[tuple[datetime, str]] = Counter()
        hours = HourlyActivity.objects.filter(hour__gte=start, hour__lt=end)
        for hour, state, number in hours.values_list("hour", "state", "entered"):
            entered[hour.astimezone(UTC), state] += number
        tail = (
            JobStatus.objects.filter(id__gt=position, created_at__gte=start, created_at__lt=end)
            .annotate(hour=TruncHour("created_at"))
            .values_list("hour", "state")
            .annotate(number=Count("id"))
            .order_by()
        )
        for hour, state, number in tail:
            entered[hour.astimezone(UTC), state] += number
        # The roll-up may have moved between the statements, and counted the tail twice or not.
        if _position() == position:
            return entered


def _position() -> int:
    position = StateRollup.objects.filter(id=1).values_list("position", flat=True).first()
    if position is None:
        counts.advance(patience=0)
        return 0
    return position
