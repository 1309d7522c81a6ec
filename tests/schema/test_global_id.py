"""Global ids of many rows are those of each."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.jobs.lifecycle import JobState
from backend.jobs.records import JobRecord, StatusRecord
from schema import global_id
from schema.global_id import LARGEST_KEY, Kind, decode, encode

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@settings(max_examples=30)
@given(st.lists(st.uuids(), min_size=1, max_size=10))
def test_of_jobs(keys: list[UUID]) -> None:
    jobs = [JobRecord(k, "a", JobState.PENDING, NOON, 1, NOON, None, None, None) for k in keys]
    found = global_id.of_all(jobs)
    assert found == [global_id.of(job) for job in jobs] == [encode(Kind.JOB, k) for k in keys]
    assert [decode(text) for text in found] == [(Kind.JOB, key) for key in keys]


@settings(max_examples=30)
@given(st.lists(st.integers(0, LARGEST_KEY), min_size=1, max_size=10), st.uuids())
def test_of_entries(keys: list[int], job: UUID) -> None:
    entries = [StatusRecord(k, job, JobState.RUNNING, None, None, NOON, None) for k in keys]
    found = global_id.of_all(entries)
    assert found == [global_id.of(entry) for entry in entries]
    assert found == [encode(Kind.JOB_STATUS, key) for key in keys]
    assert [decode(text) for text in found] == [(Kind.JOB_STATUS, key) for key in keys]
