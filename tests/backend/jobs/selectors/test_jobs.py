"""Pages of jobs: any filter, order, size, direction and place gives what plain Python gives."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.jobs.filters import JobFilter
from backend.jobs.keyset import Ordering, Page
from backend.jobs.lifecycle import JobState, allowed_transitions
from backend.jobs.orders import (
    CREATED_ASC,
    CREATED_DESC,
    STATE_CHANGED_ASC,
    STATE_CHANGED_DESC,
)
from backend.jobs.records import JobRecord
from backend.jobs.selectors.jobs import jobs_by_id, jobs_page
from backend.jobs.services import create_job, set_job_status
from tests.backend.jobs.conftest import NOON
from tests.backend.jobs.sample import (
    admits,
    all_jobs,
    expected_page,
    in_order,
    insert_jobs,
    instants,
    job_filters,
    key_of,
    sizes,
    walk,
)
from tests.backend.jobs.tables import rolled_back

ORDERINGS = [CREATED_DESC, CREATED_ASC, STATE_CHANGED_DESC, STATE_CHANGED_ASC]
JOBS = 40

many_examples = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def jobs(ada: int, ben: int) -> list[JobRecord]:
    """Forty jobs of all kinds."""
    return insert_jobs(JOBS, [ada, ben, None])


@many_examples
@given(st.data(), st.sampled_from(ORDERINGS), sizes, st.booleans())
def test_walking_gives_each_job_once_in_order(  # noqa: PLR0917 (fixtures and draws)
    jobs: list[JobRecord],
    ada: int,
    ben: int,
    data: st.DataObject,
    ordering: Ordering,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
) -> None:
    where = data.draw(job_filters([ada, ben]))
    listed = in_order(ordering, [job for job in jobs if admits(where, job)])

    def read(page: Page) -> Any:
        found = jobs_page(where, ordering, page)
        assert (found.rows, found.has_next, found.has_previous) == expected_page(
            listed, ordering, page
        )
        return found

    assert walk(read, ordering, size=size, backward=backward) == listed


@settings(many_examples, max_examples=150)
@given(st.data(), st.sampled_from(ORDERINGS), sizes, st.booleans())
def test_any_page_between_any_two_places(  # noqa: PLR0917 (fixtures and draws)
    jobs: list[JobRecord],
    ada: int,
    ben: int,
    data: st.DataObject,
    ordering: Ordering,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
) -> None:
    where = data.draw(job_filters([ada, ben]))
    places = st.none() | st.sampled_from([key_of(ordering, job) for job in jobs])
    if ordering in {STATE_CHANGED_ASC, STATE_CHANGED_DESC}:
        places |= st.tuples(instants, st.uuids())  # where a job stood that has moved since
    page = Page(size, after=data.draw(places), before=data.draw(places), backward=backward)
    listed = in_order(ordering, [job for job in jobs if admits(where, job)])
    with CaptureQueriesContext(connection) as statements:
        found = jobs_page(where, ordering, page)
    assert (found.rows, found.has_next, found.has_previous) == expected_page(listed, ordering, page)
    if found.rows:
        assert len(statements) == 1


@settings(many_examples, max_examples=20)
@given(
    st.sampled_from([CREATED_DESC, CREATED_ASC]),
    st.integers(2, 9),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_the_order_of_creation_holds_still_while_jobs_come_and_change(  # noqa: PLR0917 (fixtures and draws)
    jobs: list[JobRecord],
    ada: int,
    ordering: Ordering,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
    chance: random.Random,
) -> None:
    with rolled_back():

        def read(page: Page) -> Any:
            disturb(jobs, ada, chance)
            return jobs_page(JobFilter(), ordering, page)

        walked = [job.id for job in walk(read, ordering, size=size, backward=backward)]
        assert len(set(walked)) == len(walked)
        known = [job.id for job in in_order(ordering, jobs)]
        assert [job_id for job_id in walked if job_id in set(known)] == known
        assert walked == [job.id for job in in_order(ordering, all_jobs()) if job.id in walked]


@settings(many_examples, max_examples=20)
@given(
    st.sampled_from(ORDERINGS),
    st.lists(st.sampled_from(JobState), min_size=1, max_size=3) | st.none(),
    st.integers(2, 9),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_a_job_that_does_not_change_is_met_once_whatever_others_do(  # noqa: PLR0917 (fixtures and draws)
    jobs: list[JobRecord],
    ada: int,
    ordering: Ordering,
    states: list[JobState] | None,
    size: int,
    backward: bool,  # noqa: FBT001 (drawn)
    chance: random.Random,
) -> None:
    where = JobFilter(states=states)
    with rolled_back():

        def read(page: Page) -> Any:
            disturb(jobs, ada, chance)
            return jobs_page(where, ordering, page)

        walked = [job.id for job in walk(read, ordering, size=size, backward=backward)]
        now = {job.id: job for job in all_jobs()}
        still = [job for job in jobs if now[job.id] == job and admits(where, job)]
        assert [job_id for job_id in walked if job_id in {job.id for job in still}] == [
            job.id for job in in_order(ordering, still)
        ]


def disturb(jobs: list[JobRecord], actor_id: int, chance: random.Random) -> None:
    """Create a job or none and move some others, as other users would between two pages."""
    if chance.random() < 0.5:
        create_job(name="new", actor_id=actor_id)
    for job in chance.sample(jobs, k=chance.randrange(3)):
        state = jobs_by_id([job.id])[job.id].state
        if targets := allowed_transitions(state):
            set_job_status(job_id=job.id, state=chance.choice(targets), actor_id=actor_id)


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda ordering: ordering.name)
@pytest.mark.parametrize("states", [None, [JobState.FAILED], list(JobState), []], ids=str)
@pytest.mark.parametrize("backward", [False, True], ids=["first", "last"])
def test_an_empty_table_is_an_empty_page(
    db: None, ordering: Ordering, states: list[JobState] | None, *, backward: bool
) -> None:
    key = tuple({"id": uuid4(), "state_changed_at": NOON}[name] for name in ordering.names)
    for page in (Page(backward=backward), Page(after=key, before=key, backward=backward)):
        found = jobs_page(JobFilter(states=states), ordering, page)
        assert (found.rows, found.has_next, found.has_previous) == ([], False, False)


def test_jobs_by_their_ids(jobs: list[JobRecord]) -> None:
    wanted = [jobs[3].id, jobs[1].id, uuid4(), jobs[3].id]
    assert jobs_by_id(wanted) == {jobs[1].id: jobs[1], jobs[3].id: jobs[3]}
    assert jobs_by_id([]) == {}


def test_a_job_is_read_as_it_was_created(job_in: Callable[[JobState], UUID]) -> None:
    job_id = job_in(JobState.RUNNING)
    (job,) = jobs_page(JobFilter(), CREATED_DESC, Page()).rows
    assert job == jobs_by_id([job_id])[job_id]
    assert job.state is JobState.RUNNING
    assert job.created_at.utcoffset() is not None
