"""What a filter may ask for, and how states become branches that an index serves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.jobs.counts import Count, count_jobs, count_log
from backend.jobs.filters import (
    InvalidFilter,
    JobFilter,
    StatusFilter,
    TimeRange,
    among_states,
)
from backend.jobs.lifecycle import JobState
from backend.jobs.models import Job
from backend.jobs.runs import Among
from tests.backend.jobs.conftest import NOON
from tests.backend.jobs.sample import insert_jobs

LATER = NOON + timedelta(microseconds=1)


def test_a_range_may_be_open_empty_or_a_microsecond() -> None:
    for start, end in [(None, None), (NOON, None), (None, NOON), (NOON, NOON), (NOON, LATER)]:
        assert TimeRange(start, end).start is start


def test_an_inverted_range_is_refused() -> None:
    with pytest.raises(InvalidFilter, match=r"^A time range must not end before it starts\.$"):
        TimeRange(LATER, NOON)


@pytest.mark.parametrize("text", ["\0", "a\0b", chr(0xD800), chr(0xDFFF) + "a"], ids=ascii)
def test_a_text_that_no_name_can_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidFilter, match=r"^nameStartsWith must be valid Unicode"):
        JobFilter(name_starts_with=text)
    with pytest.raises(InvalidFilter, match=r"^nameContains must be valid Unicode"):
        JobFilter(name_contains=text)


def test_a_text_longer_than_any_name_is_refused() -> None:
    """SQLite takes no pattern beyond 50,000 bytes."""
    for length in (201, 60_000, 10_000_000):
        told = f"has at most 200 characters, not {length:,}."
        with pytest.raises(InvalidFilter, match=f"^nameStartsWith {told}$"):
            JobFilter(name_starts_with="\0" * length)
        with pytest.raises(InvalidFilter, match=f"^nameContains {told}$"):
            JobFilter(name_contains="x" * length)


def test_the_longest_name_is_found(ada: int) -> None:
    name = "ẞ" * 200
    job = insert_jobs(1, [ada])[0]
    Job.objects.all()._raw_delete("default")
    values = dict(zip(job.columns, job.values, strict=True)) | {"name": name}
    Job.objects.create(**values, name_folded=name.casefold())
    for where in (JobFilter(name_starts_with=name), JobFilter(name_contains="\\%_'" * 50)):
        assert count_jobs(where) == Count(int(where.name_starts_with is not None))


@pytest.mark.parametrize(
    ("given", "only"),
    [
        ({}, True),
        ({"states": []}, True),
        ({"states": [JobState.FAILED]}, True),
        ({"name_starts_with": "", "name_contains": ""}, True),
        ({"name_starts_with": "a"}, False),
        ({"name_contains": "a"}, False),
        ({"name_starts_with": "", "name_contains": "a"}, False),
        ({"created_at": TimeRange(NOON)}, False),
        ({"state_changed_at": TimeRange(None, NOON)}, False),
        ({"created_by_id": 1}, False),
        ({"created_by_id": 0}, False),
    ],
    ids=repr,
)
def test_whether_only_states_are_asked_for(given: dict[str, Any], *, only: bool) -> None:
    assert JobFilter(**given).only_states is only


def test_states_are_one_condition() -> None:
    failed, running = JobState.FAILED, JobState.RUNNING
    assert among_states(None) is None
    assert among_states(list(JobState)) is None
    assert among_states([running, failed]) == Among("state", ["RUNNING", "FAILED"])
    assert among_states([]) == Among("state", [])


@pytest.mark.parametrize(
    "span",
    [
        TimeRange(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        TimeRange(None, datetime.max.replace(tzinfo=UTC)),
        TimeRange(datetime.min.replace(tzinfo=UTC), None),
        TimeRange(),
    ],
    ids=str,
)
def test_the_ends_of_time_are_no_limits(ada: int, span: TimeRange) -> None:
    insert_jobs(3, [ada])
    assert count_jobs(JobFilter(created_at=span)) == Count(3)
    assert count_jobs(JobFilter(state_changed_at=span)) == Count(3)


def test_entries_of_a_job_that_is_not_there(db: None) -> None:
    assert count_log(StatusFilter(job_id=uuid4())) == Count(0)
