"""Clocks that step back, and machines whose clocks disagree: order is the log's, not the clock's."""

import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate, pairwise
from uuid import RFC_4122, UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.jobs import ids
from backend.jobs.errors import IllegalTransition
from backend.jobs.filters import JobFilter, StatusFilter, TimeRange
from backend.jobs.keyset import Page
from backend.jobs.lifecycle import TRANSITIONS, JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.orders import CREATED_ASC
from backend.jobs.selectors.jobs import jobs_page
from backend.jobs.selectors.statuses import log_page
from backend.jobs.services import StatusChange, create_job, set_job_status
from tests.backend.jobs.conftest import NOON, PATHS, Clock
from tests.backend.jobs.sample import walk
from tests.backend.jobs.simultaneous import at_once, kinds
from tests.backend.jobs.tables import history, job_row, rolled_back

PENDING, RUNNING, FAILED = JobState.PENDING, JobState.RUNNING, JobState.FAILED
JobIn = Callable[[JobState], UUID]
HOUR = timedelta(hours=1)
MOVES = [(state, target) for state, targets in TRANSITIONS.items() for target in targets]
steps = st.lists(
    st.integers(-7_200_000_000, 7_200_000_000) | st.sampled_from([0, 1, -1]), max_size=12
)


def test_the_log_stays_in_the_order_of_the_calls(ada: int, clock: Clock) -> None:
    one = create_job(name="one", actor_id=ada)
    clock.now = NOON - HOUR
    two = create_job(name="two", actor_id=ada)
    set_job_status(job_id=one.id, state=RUNNING, actor_id=ada)
    set_job_status(job_id=two.id, state=RUNNING, actor_id=ada)
    clock.now = NOON - 2 * HOUR
    set_job_status(job_id=one.id, state=FAILED, actor_id=ada)
    assert [
        (entry.job_id, entry.state, entry.created_at)
        for entry in log_page(StatusFilter(), Page(size=100)).rows
    ] == [
        (one.id, PENDING, NOON),
        (two.id, PENDING, NOON - HOUR),
        (one.id, RUNNING, NOON),
        (two.id, RUNNING, NOON - HOUR),
        (one.id, FAILED, NOON),
    ]


def test_instants_that_come_twice_give_ids_of_their_own(ada: int, clock: Clock) -> None:
    span = [NOON + number * timedelta(microseconds=1) for number in range(20)]
    created = []
    for clock.now in [*span, *span]:  # the clock is set back once
        created.append(create_job(name="a", actor_id=ada).id)
    assert len(set(created)) == 40
    assert [ids.created_at(job_id) for job_id in created] == [*span, *span]
    assert {(job_id.version, job_id.variant) for job_id in created} == {(7, RFC_4122)}
    assert sorted(created[:20]) == created[:20]
    assert [ids.created_at(job_id) for job_id in sorted(created)] == sorted([*span, *span])


def test_a_walk_and_a_range_find_what_was_created_while_the_clock_stepped(
    ada: int, clock: Clock
) -> None:
    created = []
    for hours in (0, 3, -2, 1, -5, 0, 3):
        clock.now = NOON + hours * HOUR
        created.append(create_job(name="a", actor_id=ada))
    found = walk(partial(jobs_page, JobFilter(), CREATED_ASC), CREATED_ASC, size=2, backward=False)
    assert found == sorted(created)
    within = JobFilter(created_at=TimeRange(NOON, NOON + 3 * HOUR))
    assert [job.id for job in jobs_page(within, CREATED_ASC, Page(size=100)).rows] == sorted(
        job.id for job in created if NOON <= job.created_at < NOON + 3 * HOUR
    )


@pytest.mark.parametrize(("state", "target"), MOVES)
def test_every_move_is_made_by_a_clock_that_stepped_back(
    job_in: JobIn, ada: int, clock: Clock, state: JobState, target: JobState
) -> None:
    job_id = job_in(state)
    clock.now = NOON - 24 * HOUR
    change = set_job_status(job_id=job_id, state=target, actor_id=ada)
    assert change.changed
    assert change.job.version == len(PATHS[state]) + 2
    assert change.status.created_at == change.job.state_changed_at == NOON
    row = job_row(job_id)
    assert {row["started_at"], row["finished_at"]} <= {NOON, None}


def test_a_repeated_creation_is_known_by_a_clock_that_stepped_back(ada: int, clock: Clock) -> None:
    first = create_job(name="a", actor_id=ada, idempotency_key="k")
    clock.now = NOON - 24 * HOUR
    assert create_job(name="a", actor_id=ada, idempotency_key="k") == first
    assert ids.created_at(first.id) == NOON


@given(steps=steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_a_life_under_any_clock_goes_forward(ada: int, clock: Clock, steps: list[int]) -> None:
    """Each entry bears the latest time that the job has seen so far."""
    told = [NOON, *(NOON + timedelta(microseconds=step) for step in accumulate(steps))]
    round_trip = itertools.cycle([RUNNING, FAILED, PENDING])
    with rolled_back():
        clock.now = told[0]
        job_id = create_job(name="a", actor_id=ada).id
        for clock.now, state in zip(told[1:], round_trip, strict=False):
            assert set_job_status(job_id=job_id, state=state, actor_id=ada).changed
        assert [entry["created_at"] for entry in history(job_id)] == list(accumulate(told, max))
        assert job_row(job_id)["version"] == len(told)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_machines_whose_clocks_disagree_write_histories_that_go_forward(
    ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = threading.local()

    def now() -> datetime:
        ahead: timedelta = getattr(machine, "ahead", timedelta())
        return NOON + ahead

    monkeypatch.setattr(timezone, "now", now)
    jobs = [create_job(name=f"job {number}", actor_id=ada).id for number in range(3)]

    def work(number: int) -> int:
        """Move every job as often as it lets us; how often it did."""
        machine.ahead = (number - 4) * timedelta(minutes=7)
        moved = 0
        for turn in range(12):
            machine.ahead += timedelta(seconds=-3 if turn % 3 else 5)
            for job_id in jobs:
                state = Job.objects.get(id=job_id).state
                target = {"PENDING": RUNNING, "RUNNING": FAILED, "FAILED": PENDING}[state]
                change = _moved(job_id, target, ada)
                moved += change is not None and change.changed
        return moved

    results = at_once([partial(work, number) for number in range(8)])
    assert kinds(results) == {"int": 8}
    made = sum(result for result in results if isinstance(result, int))
    assert made > 30
    assert JobStatus.objects.count() == len(jobs) + made
    for job_id in jobs:
        lived = history(job_id)
        for before, after in pairwise(lived):
            assert after["previous_state"] == before["state"]
            assert after["created_at"] >= before["created_at"]
        row = job_row(job_id)
        assert (row["version"], row["state"]) == (len(lived), lived[-1]["state"])
        assert row["state_changed_at"] == lived[-1]["created_at"]


def _moved(job_id: UUID, target: JobState, ada: int) -> StatusChange | None:
    """The change, unless somebody else has moved the job meanwhile."""
    try:
        return set_job_status(job_id=job_id, state=target, actor_id=ada)
    except IllegalTransition:
        return None
