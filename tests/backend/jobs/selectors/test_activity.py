"""Changes over time: where the buckets lie, and that each holds what happened within it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.jobs import counts, horizon
from backend.jobs.filters import InvalidFilter, TimeRange
from backend.jobs.lifecycle import JobState
from backend.jobs.models import StateRollup
from backend.jobs.records import StatusRecord
from backend.jobs.selectors import activity as module
from backend.jobs.selectors.activity import Bucket, activity
from tests.backend.jobs.conftest import NOON
from tests.backend.jobs.sample import insert_jobs, insert_log
from tests.backend.jobs.tables import rolled_back

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)

many_examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def entries(ada: int) -> list[StatusRecord]:
    """Sixty entries over seventeen hours, one every 17 minutes."""
    return insert_log([job.id for job in insert_jobs(4, [ada])], 60)


def edges(span: TimeRange, buckets: int, now: datetime = NOW) -> list[datetime]:
    """Where the buckets begin, and where the last one ends."""
    found = activity(span, buckets, now)
    for before, after in pairwise(found):
        assert before.end == after.start
    return [bucket.start for bucket in found] + [found[-1].end]


def expected(entries: Sequence[StatusRecord], bucket: Bucket) -> dict[JobState, int]:
    """What happened within the bucket, by looking at every entry."""
    within = Counter(
        entry.state for entry in entries if bucket.start <= entry.created_at < bucket.end
    )
    return {state: within[state] for state in JobState}


# --- Where buckets lie ------------------------------------------------------------------------


def test_the_last_seven_days_unless_asked_otherwise(db: None) -> None:
    found = edges(TimeRange(), 56)
    assert found[0] == datetime(2026, 2, 22, 12, tzinfo=UTC)
    assert found[-1] == datetime(2026, 3, 1, 16, tzinfo=UTC)  # 169 hours are 43 times 4
    assert {after - before for before, after in pairwise(found)} == {4 * HOUR}
    assert len(found) == 44


@pytest.mark.parametrize(
    ("start", "end", "buckets", "hours"),
    [
        ((12, 0), (15, 0), 200, [12, 13, 14, 15]),
        ((12, 0), (15, 1), 200, [12, 13, 14, 15, 16]),
        ((12, 59), (13, 0), 200, [12, 13]),
        ((12, 59), (13, 1), 1, [12, 14]),
        ((12, 0), (12, 0), 5, [12, 13]),
        ((12, 0), (17, 0), 2, [12, 15, 18]),
        ((12, 0), (17, 0), 3, [12, 14, 16, 18]),
        ((12, 0), (17, 0), 4, [12, 14, 16, 18]),
        ((12, 0), (17, 0), 5, [12, 13, 14, 15, 16, 17]),
    ],
)
def test_buckets_are_whole_hours(
    db: None, start: tuple[int, int], end: tuple[int, int], buckets: int, hours: list[int]
) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    span = TimeRange(
        day.replace(hour=start[0], minute=start[1]), day.replace(hour=end[0], minute=end[1])
    )
    assert edges(span, buckets) == [day + hour * HOUR for hour in hours]


def test_a_side_left_open_is_now_or_seven_days_before(db: None) -> None:
    assert edges(TimeRange(NOW - HOUR), 200)[-1] == datetime(2026, 3, 1, 13, tzinfo=UTC)
    assert edges(TimeRange(None, NOON), 200)[0] == datetime(2026, 2, 22, 12, tzinfo=UTC)
    assert edges(TimeRange(NOW + 5 * HOUR), 200) == [
        datetime(2026, 3, 1, 17, tzinfo=UTC),
        datetime(2026, 3, 1, 18, tzinfo=UTC),
    ]


@many_examples
@given(
    st.builds(lambda days: NOW + days, st.timedeltas(timedelta(-20_000), timedelta(30_000))),
    st.timedeltas(timedelta(0), timedelta(days=4_000)),
    st.integers(1, 200),
)
def test_buckets_cover_the_range_and_little_more(
    db: None, start: datetime, length: timedelta, buckets: int
) -> None:
    found = edges(TimeRange(start, start + length), buckets)
    widths = {after - before for before, after in pairwise(found)}
    assert len(widths) == 1
    width = widths.pop()
    assert width % HOUR == timedelta(0)
    assert start - HOUR < found[0] <= start
    assert max(start + length, found[1]) <= found[-1] < start + length + max(width, HOUR) + HOUR
    assert len(found) - 1 <= buckets
    assert all(edge == edge.replace(minute=0, second=0, microsecond=0) for edge in found)


@pytest.mark.parametrize("buckets", [0, -1, 201, 10**30])
def test_a_number_of_buckets_out_of_bounds(buckets: int) -> None:
    with pytest.raises(InvalidFilter, match=r"^buckets must be between 1 and 200\.$"):
        activity(TimeRange(), buckets, NOW)


@pytest.mark.parametrize(
    "span", [TimeRange(LAST), TimeRange(None, FIRST), TimeRange(LAST - HOUR, LAST)], ids=str
)
def test_a_range_at_the_ends_of_time_is_refused(span: TimeRange) -> None:
    with pytest.raises(InvalidFilter, match=r"must lie within the years 1 to 9999\.$"):
        activity(span, 56, NOW)


def test_the_longest_range(entries: list[StatusRecord]) -> None:
    found = activity(TimeRange(FIRST, LAST - timedelta(days=30_000)), 200, NOW)
    assert len(found) == 200
    assert sum(sum(bucket.entered.values()) for bucket in found) == len(entries)


# --- What they hold ---------------------------------------------------------------------------


@many_examples
@given(
    st.integers(-30, 20 * 60),
    st.integers(0, 20 * 60),
    st.integers(1, 30),
    st.sampled_from([0, 330, -210, 345, 14 * 60]),
    st.none() | st.integers(0, 60),
)
def test_each_bucket_holds_what_happened_within_it(  # noqa: PLR0917 (fixtures and draws)
    entries: list[StatusRecord],
    start: int,
    length: int,
    buckets: int,
    offset: int,
    rolled_up: int | None,
) -> None:
    """Whatever part of the log the roll-up holds, and whatever offset the range is given in."""
    zone = timezone(timedelta(minutes=offset))
    begin = (NOON + timedelta(minutes=start)).astimezone(zone)
    with rolled_back(), pytest.MonkeyPatch.context() as patch:
        if rolled_up is not None:
            final = entries[0].id + rolled_up
            patch.setattr(horizon, "final_position", lambda **_: final)
            counts.advance()
        found = activity(TimeRange(begin, begin + timedelta(minutes=length)), buckets, NOW)
        assert [bucket.entered for bucket in found] == [
            expected(entries, bucket) for bucket in found
        ]
        assert found[0].start.utcoffset() == timedelta(0)


def test_a_day_that_others_cut_by_an_hour_has_24(ada: int) -> None:
    """Clocks go forward in Europe; the buckets are in UTC and do not notice."""
    day = datetime(2026, 3, 29, tzinfo=UTC)
    assert ada
    found = edges(TimeRange(day, day + timedelta(days=1)), 24)
    assert found == [day + number * HOUR for number in range(25)]


def test_an_hour_belongs_to_the_bucket_that_it_begins(ada: int) -> None:
    """The sample's entries, seen from a bucket's edges, fall on exactly one side."""
    (job,) = insert_jobs(1, [ada])
    log = insert_log([job.id], 3)
    times = [entry.created_at for entry in log]
    before = activity(TimeRange(times[0] - 2 * HOUR, times[0] - HOUR / 2), 1, NOW)
    assert sum(before[0].entered.values()) == 0
    found = activity(TimeRange(times[0], times[0]), 1, NOW)
    assert sum(found[0].entered.values()) == 3
    assert found[0].start == NOON.replace(minute=0, second=0, microsecond=0)


def test_a_roll_up_that_moves_meanwhile_counts_nothing_twice(
    entries: list[StatusRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    position = module._position
    moves = iter([True])

    def position_before_the_move() -> int:
        found = position()
        if next(moves, False):
            assert counts.advance() is True
        return found

    monkeypatch.setattr(module, "_position", position_before_the_move)
    found = activity(TimeRange(NOON, NOON + timedelta(days=1)), 1, NOW)
    assert sum(found[0].entered.values()) == len(entries)


def test_without_a_roll_up_the_log_alone_answers(entries: list[StatusRecord]) -> None:
    StateRollup.objects.all().delete()
    found = activity(TimeRange(NOON, NOON + timedelta(days=1)), 1, NOW)
    assert found[0].entered == expected(entries, found[0])
