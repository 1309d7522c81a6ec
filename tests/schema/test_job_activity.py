"""`jobActivity`: changes over time, bucket by bucket."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from backend.jobs import counts, ids
from backend.jobs.models import Job, JobStatus
from schema.scalars import instant_to_text, text_to_instant
from tests.api import Api
from tests.schema.conftest import FAILED, PENDING, RUNNING, MakeJob

ACTIVITY = """
query ($range: TimeRange, $buckets: Int! = 56) {
  jobActivity(range: $range, buckets: $buckets) { from to entered { state count } }
}
"""
HOUR = timedelta(hours=1)


def _buckets(api: Api, **variables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api(ACTIVITY, **variables).data["jobActivity"]
    return found


def _counts(bucket: dict[str, Any]) -> tuple[int, ...]:
    """PENDING, RUNNING, COMPLETED, FAILED, CANCELLED."""
    assert [entry["state"] for entry in bucket["entered"]] == [
        "PENDING",
        "RUNNING",
        "COMPLETED",
        "FAILED",
        "CANCELLED",
    ]
    return tuple(entry["count"] for entry in bucket["entered"])


def _write(*entries: tuple[str, str]) -> None:
    """Entries of the log at those times, each of a job of its own."""
    for at, state in entries:
        instant = text_to_instant(at)
        job = Job.objects.create(
            id=ids.mint(instant),
            name="a",
            name_folded="a",
            state=PENDING,
            state_changed_at=instant,
            version=1,
            created_at=instant,
        )
        JobStatus.objects.create(job=job, state=state, created_at=instant)


DAY = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}


@pytest.mark.parametrize("rolled_up", [False, True])
def test_entries_fall_into_their_buckets(viewer: Api, *, rolled_up: bool) -> None:
    _write(
        ("2026-02-28T23:59:59.999999Z", "PENDING"),
        ("2026-03-01T00:00:00Z", "PENDING"),
        ("2026-03-01T05:59:59.999999Z", "RUNNING"),
        ("2026-03-01T06:00:00Z", "FAILED"),
        ("2026-03-01T23:59:59.999999Z", "FAILED"),
        ("2026-03-02T00:00:00Z", "PENDING"),
    )
    if rolled_up:
        assert counts.advance() is True
    buckets = _buckets(viewer, range=DAY, buckets=4)
    assert [(bucket["from"], bucket["to"], _counts(bucket)) for bucket in buckets] == [
        ("2026-03-01T00:00:00.000000Z", "2026-03-01T06:00:00.000000Z", (1, 1, 0, 0, 0)),
        ("2026-03-01T06:00:00.000000Z", "2026-03-01T12:00:00.000000Z", (0, 0, 0, 1, 0)),
        ("2026-03-01T12:00:00.000000Z", "2026-03-01T18:00:00.000000Z", (0, 0, 0, 0, 0)),
        ("2026-03-01T18:00:00.000000Z", "2026-03-02T00:00:00.000000Z", (0, 0, 0, 1, 0)),
    ]


def test_what_is_rolled_up_and_what_is_not_are_counted_once(viewer: Api) -> None:
    _write(("2026-03-01T10:00:00Z", "PENDING"), ("2026-03-01T10:30:00Z", "RUNNING"))
    assert counts.advance() is True
    _write(("2026-03-01T10:40:00Z", "RUNNING"))
    buckets = _buckets(viewer, range=DAY, buckets=1)
    assert [_counts(bucket) for bucket in buckets] == [(1, 2, 0, 0, 0)]


@pytest.mark.parametrize(
    ("buckets", "widths"),
    [
        (1, [24]),
        (5, [5, 5, 5, 5, 5]),  # whole hours: 4.8 rounded up
        (7, [4, 4, 4, 4, 4, 4]),
        (24, [1] * 24),
        (200, [1] * 24),
    ],
)
def test_buckets_last_whole_hours_and_join(viewer: Api, buckets: int, widths: list[int]) -> None:
    found = _buckets(viewer, range=DAY, buckets=buckets)
    edges = [(text_to_instant(each["from"]), text_to_instant(each["to"])) for each in found]
    assert [(end - start) // HOUR for start, end in edges] == widths
    assert edges[0][0] == text_to_instant(DAY["from"])
    assert edges[-1][1] >= text_to_instant(DAY["to"])
    assert all(one[1] == other[0] for one, other in pairwise(edges))


def test_a_range_within_an_hour_is_widened_to_it(viewer: Api) -> None:
    bounds = {"from": "2026-03-01T10:20:00+00:00", "to": "2026-03-01T10:30:00+00:00"}
    assert [(each["from"], each["to"]) for each in _buckets(viewer, range=bounds)] == [
        ("2026-03-01T10:00:00.000000Z", "2026-03-01T11:00:00.000000Z")
    ]


def test_the_last_seven_days_where_no_range_is_given(viewer: Api, make_job: MakeJob) -> None:
    make_job("a", RUNNING, FAILED)
    now = datetime.now(UTC)
    buckets = _buckets(viewer)
    start, end = text_to_instant(buckets[0]["from"]), text_to_instant(buckets[-1]["to"])
    assert len(buckets) in {43, 56, 57}
    assert start <= now - timedelta(days=7) < start + HOUR
    assert end >= now
    assert _counts(buckets[-1]) == (1, 1, 0, 1, 0)
    assert sum(sum(_counts(bucket)) for bucket in buckets) == 3


@pytest.mark.parametrize(
    ("bounds", "buckets"),
    [
        ({"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:00:00Z"}, 1),
        ({"from": "0001-01-01T00:00:00Z"}, 2),
        ({"from": "9999-12-31T21:30:00Z", "to": "9999-12-31T23:00:00Z"}, 2),
        ({"to": "0001-01-08T00:00:00Z"}, 3),
    ],
)
def test_the_ends_of_time_are_times(
    viewer: Api, make_job: MakeJob, bounds: dict[str, str], buckets: int
) -> None:
    make_job("a")
    found = _buckets(viewer, range=bounds, buckets=buckets)
    assert len(found) == buckets
    now_within = bounds["from"][:4] == "0001" if "from" in bounds else False
    assert sum(sum(_counts(bucket)) for bucket in found) == (1 if now_within else 0)


@pytest.mark.parametrize(
    "bounds",
    [
        {"from": "9999-12-31T23:30:00Z"},
        {"from": "9999-12-31T22:30:00Z", "to": "9999-12-31T23:59:59.999999Z"},
        {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59.999999Z"},
        {"to": "0001-01-01T00:00:00Z"},
        {"to": "0001-01-07T23:59:59Z"},
        {"to": "9999-12-31T23:59:59.999999Z"},
    ],
)
def test_beyond_the_ends_of_time(viewer: Api, bounds: dict[str, str]) -> None:
    answer = viewer(ACTIVITY, range=bounds)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == (
        "The buckets of a time range must lie within the years 1 to 9999."
    )


@pytest.mark.parametrize("buckets", [0, -1, 201, 2**31 - 1])
def test_numbers_of_buckets_that_are_none(viewer: Api, buckets: int) -> None:
    answer = viewer(ACTIVITY, buckets=buckets)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == "buckets must be between 1 and 200."


def test_an_inverted_range(viewer: Api) -> None:
    answer = viewer(ACTIVITY, range={"from": DAY["to"], "to": DAY["from"]})
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == "A time range must not end before it starts."


def test_a_range_that_is_a_point(viewer: Api) -> None:
    assert len(_buckets(viewer, range={"from": DAY["from"], "to": DAY["from"]})) == 1


def test_times_are_told_to_the_microsecond(viewer: Api) -> None:
    assert _buckets(viewer, range=DAY, buckets=1)[0]["from"] == instant_to_text(
        datetime(2026, 3, 1, tzinfo=UTC)
    )
