"""Histories and the log: any page gives what plain Python gives, in one statement."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.jobs.filters import StatusFilter
from backend.jobs.keyset import Page
from backend.jobs.lifecycle import JobState
from backend.jobs.orders import HISTORY, LOG
from backend.jobs.records import StatusRecord
from backend.jobs.selectors.statuses import (
    histories,
    log_page,
    statuses_by_id,
)
from backend.jobs.services import create_job, set_job_status
from tests.backend.jobs.sample import (
    all_entries,
    expected_page,
    in_order,
    insert_jobs,
    insert_log,
    sizes,
    walk,
)
from tests.backend.jobs.tables import rolled_back

JobIn = Callable[[JobState], UUID]

many_examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
some_states = st.none() | st.lists(st.sampled_from(JobState), max_size=4)


@pytest.fixture
def entries(ada: int) -> list[StatusRecord]:
    """The log: 60 entries of five jobs, of which one has none."""
    jobs = insert_jobs(5, [ada])
    return insert_log([job.id for job in jobs[1:]], 60)


def of_job(entries: list[StatusRecord], job_id: UUID) -> list[StatusRecord]:
    """The job's entries, newest first."""
    return in_order(HISTORY, [entry for entry in entries if entry.job_id == job_id])


# --- Histories --------------------------------------------------------------------------------


@many_examples
@given(st.data(), sizes, st.booleans())
def test_any_page_of_a_history(
    entries: list[StatusRecord],
    data: st.DataObject,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
) -> None:
    job_id = data.draw(st.sampled_from(sorted({entry.job_id for entry in entries})))
    history = of_job(entries, job_id)
    places = st.none() | st.sampled_from([(entry.id,) for entry in history])
    page = Page(size, after=data.draw(places), before=data.draw(places), backward=backward)
    found = histories([job_id.bytes], page)[job_id.bytes]
    assert (found.rows, found.has_next, found.has_previous) == expected_page(history, HISTORY, page)


@many_examples
@given(st.data(), sizes, st.booleans())
def test_walking_a_history_gives_each_entry_once(
    entries: list[StatusRecord],
    data: st.DataObject,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
) -> None:
    job_id = data.draw(st.sampled_from(sorted({entry.job_id for entry in entries})))

    def read(page: Page) -> Any:
        return histories([job_id.bytes], page)[job_id.bytes]

    assert walk(read, HISTORY, size=size, backward=backward) == of_job(entries, job_id)


@pytest.mark.parametrize("backward", [False, True], ids=["first", "last"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_histories_of_many_jobs_are_one_statement(
    entries: list[StatusRecord], size: int, *, backward: bool
) -> None:
    job_ids = [*{entry.job_id for entry in entries}, uuid4()]
    page = Page(size, backward=backward)
    with CaptureQueriesContext(connection) as statements:
        found = histories([job_id.bytes for job_id in job_ids], page)
    assert len(statements) == 1
    assert list(found) == [job_id.bytes for job_id in job_ids]
    for job_id in job_ids:
        history = found[job_id.bytes]
        assert (history.rows, history.has_next, history.has_previous) == expected_page(
            of_job(entries, job_id), HISTORY, page
        )


def test_a_job_that_is_asked_for_twice_is_shown_once(entries: list[StatusRecord]) -> None:
    job_id, key = entries[0].job_id, entries[0].job_key
    found = histories([key, key], Page(size=100))
    assert found[key].rows == of_job(entries, job_id)
    assert found[key].has_next is False


def test_of_no_jobs_there_are_no_histories(entries: list[StatusRecord]) -> None:
    assert entries
    assert histories([], Page()) == {}


def test_each_job_is_given_its_own_in_whatever_order_the_rows_come() -> None:
    one, other, nobody = uuid4(), uuid4(), uuid4()
    keys = [one.bytes, nobody.bytes, other.bytes]

    def row(position: int, job_id: UUID) -> tuple[Any, ...]:
        at = datetime.now(UTC)
        return tuple(StatusRecord(position, job_id, JobState.PENDING, None, None, at, None))

    steps = histories.steps(keys, Page())
    next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send([row(4, one), row(3, other), row(2, one), row(1, other)])
    found = end.value.value
    assert {key: [entry.id for entry in found[key].rows] for key in keys} == {
        one.bytes: [4, 2],
        nobody.bytes: [],
        other.bytes: [3, 1],
    }


def test_the_newest_entry_of_each_job(entries: list[StatusRecord]) -> None:
    newest = {entry.job_key: entry for entry in entries}
    with CaptureQueriesContext(connection) as statements:
        found = histories([*newest, nobody := uuid4().bytes], Page(size=1))
    assert len(statements) == 1
    assert {key: head.rows for key, head in found.items()} == {
        nobody: [],
        **{key: [entry] for key, entry in newest.items()},
    }


def test_entries_by_their_positions(entries: list[StatusRecord]) -> None:
    wanted = [entries[5].id, entries[9].id, entries[5].id, 2**63 - 1, 0, -1]
    assert statuses_by_id(wanted) == {
        entries[5].id: entries[5],
        entries[9].id: entries[9],
    }
    assert statuses_by_id([]) == {}


# --- The log ----------------------------------------------------------------------------------


@st.composite
def status_filters(draw: st.DrawFn, entries: list[StatusRecord]) -> StatusFilter:
    """Entries of one job or all, in some states or all."""
    jobs = sorted({entry.job_id for entry in entries})
    return StatusFilter(
        job_id=draw(st.none() | st.sampled_from([*jobs, uuid4()])), states=draw(some_states)
    )


def admitted(where: StatusFilter, entries: list[StatusRecord]) -> list[StatusRecord]:
    return [
        entry
        for entry in entries
        if where.job_id in {None, entry.job_id}
        and (where.states is None or entry.state in where.states)
    ]


@settings(many_examples, max_examples=100)
@given(st.data(), sizes, st.booleans())
def test_any_page_of_the_log(
    entries: list[StatusRecord],
    data: st.DataObject,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
) -> None:
    where = data.draw(status_filters(entries))
    positions = st.integers(entries[0].id - 2, entries[-1].id + 2) | st.just(2**63 - 1)
    places = st.none() | st.tuples(positions)
    page = Page(size, after=data.draw(places), before=data.draw(places), backward=backward)
    found = log_page(where, page)
    assert (found.rows, found.has_next, found.has_previous) == expected_page(
        admitted(where, entries), LOG, page
    )


@many_examples
@given(st.data(), sizes, st.booleans())
def test_walking_the_log_gives_each_entry_once(
    entries: list[StatusRecord],
    data: st.DataObject,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
) -> None:
    where = data.draw(status_filters(entries))

    def read(page: Page) -> Any:
        return log_page(where, page)

    assert walk(read, LOG, size=size, backward=backward) == admitted(where, entries)


@settings(many_examples, max_examples=15)
@given(st.integers(3, 12), st.randoms(use_true_random=False))
def test_whoever_follows_the_log_sees_each_change_once_in_order(
    entries: list[StatusRecord], ada: int, size: int, chance: random.Random
) -> None:
    """Reading on from the last cursor, as a consumer does that syncs for ever."""
    with rolled_back():
        seen: list[StatusRecord] = []
        turns, written = 8, len(entries)
        while turns or len(seen) < written:
            if turns:
                turns -= 1
                job = create_job(name="a", actor_id=ada)
                states = chance.choice([[], [JobState.RUNNING]])
                for state in states:
                    set_job_status(job_id=job.id, state=state, actor_id=ada)
                written += 1 + len(states)
            after = (seen[-1].id,) if seen else None
            found = log_page(StatusFilter(), Page(size, after=after))
            seen += found.rows
            assert found.has_next is (len(seen) < written)
        assert seen == all_entries()
        assert seen[: len(entries)] == entries


def test_an_entry_is_read_as_it_was_written(job_in: JobIn, ada: int) -> None:
    written = set_job_status(
        job_id=job_in(JobState.PENDING), state=JobState.FAILED, actor_id=ada, message="why"
    ).status
    assert log_page(StatusFilter(), Page(1, backward=True)).rows == [written]
    assert histories([written.job_key], Page(1))[written.job_key].rows == [written]
    assert statuses_by_id([written.id]) == {written.id: written}
    assert written.state is JobState.FAILED
    assert written.previous_state is JobState.PENDING
