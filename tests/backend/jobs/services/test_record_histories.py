"""Whole histories at once: exact rows, nothing written twice, nothing written on failure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from backend.accounts.users import accounts_for
from backend.jobs import ids
from backend.jobs.lifecycle import TRANSITIONS, JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.services.record_histories import (
    Entry,
    History,
    InvalidHistory,
    Recorded,
    record_histories,
)

PENDING, RUNNING, COMPLETED = JobState.PENDING, JobState.RUNNING, JobState.COMPLETED
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED
START = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def history(
    entries: Sequence[Entry], *, seed: str = "a", name: str = "Straße", by: int | None = None
) -> History:
    return History(ids.mint(entries[0].at, seed=seed), name, by, entries)


def simple(seed: str = "a", start: float = 0, name: str = "job") -> History:
    entries = [Entry(PENDING, after(start)), Entry(RUNNING, after(start + 1))]
    return history(entries, seed=seed, name=name)


def nothing_is_written() -> bool:
    return not Job.objects.exists() and not JobStatus.objects.exists()


@pytest.mark.django_db
def test_the_rows_of_a_job_that_failed_and_was_tried_again() -> None:
    accounts = accounts_for(["mei", "scheduler"])
    mei, scheduler = accounts["mei"], accounts["scheduler"]
    given_history = history(
        [
            Entry(PENDING, after(0), None, mei),
            Entry(RUNNING, after(1), "Started on gpu-01.", scheduler),
            Entry(FAILED, after(5), "Traceback\n  line 2", scheduler),
            Entry(PENDING, after(7), "Once more.", mei),
            Entry(RUNNING, after(8), "  ", scheduler),
            Entry(COMPLETED, after(20), None, scheduler),
        ],
        by=mei,
    )
    assert record_histories([given_history]) == Recorded(frozenset({given_history.job_id}), 6)
    job = Job.objects.get()
    assert {field.attname: getattr(job, field.attname) for field in Job._meta.concrete_fields} == {
        "id": given_history.job_id,
        "name": "Straße",
        "name_folded": "strasse",
        "state": "COMPLETED",
        "state_changed_at": after(20),
        "version": 6,
        "created_at": START,
        "started_at": after(8),
        "finished_at": after(20),
        "created_by_id": mei,
        "idempotency_key": None,
    }
    columns = ("state", "previous_state", "message", "created_at", "set_by_id", "idempotency_key")
    assert list(JobStatus.objects.order_by("id").values_list(*columns)) == [
        ("PENDING", None, None, after(0), mei, None),
        ("RUNNING", "PENDING", "Started on gpu-01.", after(1), scheduler, None),
        ("FAILED", "RUNNING", "Traceback\n  line 2", after(5), scheduler, None),
        ("PENDING", "FAILED", "Once more.", after(7), mei, None),
        ("RUNNING", "PENDING", None, after(8), scheduler, None),
        ("COMPLETED", "RUNNING", None, after(20), scheduler, None),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "started", "finished"),
    [
        ([PENDING], None, None),
        ([PENDING, RUNNING], 1, None),
        ([PENDING, CANCELLED], None, 1),
        ([PENDING, RUNNING, FAILED], 1, 2),
        ([PENDING, RUNNING, FAILED, PENDING], None, None),
        ([PENDING, RUNNING, FAILED, PENDING, FAILED], None, 4),
    ],
)
def test_start_and_end_are_those_of_the_last_attempt(
    states: list[JobState], started: int | None, finished: int | None
) -> None:
    record_histories([history([Entry(state, after(n)) for n, state in enumerate(states)])])
    job = Job.objects.get()
    assert job.started_at == (None if started is None else after(started))
    assert job.finished_at == (None if finished is None else after(finished))


@pytest.mark.django_db
def test_a_job_that_is_there_is_left_alone_and_the_new_ones_are_told() -> None:
    record_histories([simple("a")])
    longer = simple("a")._replace(
        name="other", entries=[*simple("a").entries, Entry(FAILED, after(2))]
    )
    new = simple("b")
    assert record_histories([longer, new]) == Recorded(frozenset({new.job_id}), 2)
    assert record_histories([longer, new]) == Recorded(frozenset(), 0)
    assert sorted(Job.objects.values_list("name", "state", "version")) == [
        ("job", "RUNNING", 2),
        ("job", "RUNNING", 2),
    ]
    assert JobStatus.objects.count() == 4


@pytest.mark.django_db
def test_a_job_that_comes_twice_in_a_batch_is_written_once() -> None:
    first, again = simple("a", name="first"), simple("a", name="again")
    assert record_histories([first, again]) == Recorded(frozenset({first.job_id}), 2)
    assert list(Job.objects.values_list("name", flat=True)) == ["first"]
    assert JobStatus.objects.count() == 2


@pytest.mark.django_db
def test_the_log_of_a_batch_is_in_the_order_of_time() -> None:
    record_histories([simple("late", start=0.5), simple("early", start=0)])
    times = list(JobStatus.objects.order_by("id").values_list("created_at", flat=True))
    assert times == [after(0), after(0.5), after(1), after(1.5)]


@pytest.mark.django_db
def test_an_empty_batch_writes_nothing() -> None:
    assert record_histories([]) == Recorded(frozenset(), 0)
    assert nothing_is_written()


@pytest.mark.django_db
def test_a_batch_costs_the_same_few_statements_whatever_its_size() -> None:
    with CaptureQueriesContext(
        connection,
    ) as one:
        record_histories([simple("0")])
    with CaptureQueriesContext(connection) as many:
        record_histories([simple(str(number)) for number in range(1, 1001)])
    assert Job.objects.count() == 1001
    assert len(many) == len(one)


GOOD = simple("good")
BAD = {
    "a history has at least one entry.": GOOD._replace(entries=[]),
    "a job begins in PENDING, not in RUNNING.": history([Entry(RUNNING, after(0))]),
    "a job that is PENDING can not become COMPLETED.": history(
        [Entry(PENDING, after(0)), Entry(COMPLETED, after(1))]
    ),
    "a job that is COMPLETED can not become PENDING.": history(
        [
            *(Entry(PENDING, after(0)), Entry(RUNNING, after(1))),
            *(Entry(COMPLETED, after(2)), Entry(PENDING, after(3))),
        ]
    ),
    "comes before": history([Entry(PENDING, after(0)), Entry(RUNNING, after(-1))]),
    "has no offset": GOOD._replace(entries=[Entry(PENDING, START.replace(tzinfo=None))]),
    "the id was not minted for": GOOD._replace(entries=[Entry(PENDING, after(1))]),
    "A name must not be empty.": simple(name=" "),
    "A message has at most 10,000 characters": history([Entry(PENDING, START, "x" * 10_001)]),
    "without null characters": history([Entry(PENDING, START, "x\0")]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("message", BAD)
def test_one_bad_history_keeps_the_whole_batch_out(message: str) -> None:
    with pytest.raises(InvalidHistory) as caught:
        record_histories([GOOD, BAD[message]])
    assert message in str(caught.value)
    assert caught.value.history == BAD[message]
    assert nothing_is_written()


@pytest.mark.django_db
def test_jobs_without_their_entries_are_never_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_rows: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("backend.jobs.services.record_histories.insert_statuses", broken)
    with pytest.raises(ConnectionError):
        record_histories([GOOD])
    assert nothing_is_written()


@st.composite
def lives(draw: st.DrawFn) -> list[Entry]:
    """Any legal history, with gaps of any length, none included."""
    state, at = PENDING, draw(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001
    entries = [Entry(state, at.replace(tzinfo=UTC))]
    for _ in range(draw(st.integers(0, 8))):
        if not TRANSITIONS[state]:
            break
        state = draw(st.sampled_from(TRANSITIONS[state]))
        gap = timedelta(microseconds=draw(st.integers(0, 10**9)))
        entries.append(Entry(state, entries[-1].at + gap, draw(st.sampled_from([None, "why"]))))
    return entries


class Properties(TestCase):
    @settings(max_examples=40, deadline=None)  # a loaded machine is slow, not wrong
    @given(st.lists(lives(), max_size=5))
    def test_the_denormalised_columns_equal_the_newest_entry(
        self, all_lives: list[list[Entry]]
    ) -> None:
        batch = [history(life, seed=str(number)) for number, life in enumerate(all_lives)]
        record_histories(batch)
        record_histories(batch)
        assert Job.objects.count() == len(batch)
        for given_history in batch:
            job = Job.objects.get(id=given_history.job_id)
            statuses = list(job.statuses.order_by("id"))
            assert [(s.state, s.created_at) for s in statuses] == [
                (entry.state, entry.at) for entry in given_history.entries
            ]
            assert [s.previous_state for s in statuses] == [None, *[s.state for s in statuses[:-1]]]
            newest = statuses[-1]
            assert (job.state, job.state_changed_at) == (newest.state, newest.created_at)
            assert job.version == len(statuses)
