"""Walks of `jobs` from end to end: no job twice, none missed, whatever happens meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.jobs.lifecycle import JobState, allowed_transitions
from backend.jobs.models import Job
from backend.jobs.services import create_job, set_job_status
from schema.global_id import Kind, encode
from tests.api import Api

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String,
       $filter: JobFilter, $orderBy: JobOrder) {
  jobs(first: $first, after: $after, last: $last, before: $before,
       filter: $filter, orderBy: $orderBy) {
    nodes { id state }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
ORDERS = ["CREATED_DESC", "CREATED_ASC", "STATE_CHANGED_DESC", "STATE_CHANGED_ASC"]
BY_CREATION = {"CREATED_DESC", "CREATED_ASC"}
COLUMNS = {
    "CREATED_DESC": ("-id",),
    "CREATED_ASC": ("id",),
    "STATE_CHANGED_DESC": ("-state_changed_at", "-id"),
    "STATE_CHANGED_ASC": ("state_changed_at", "id"),
}
# A job by its place among those there are, and which of its moves it makes.
moves = st.tuples(st.integers(0, 30), st.integers(0, 2))
# What happens after each page: so many creations, and these changes.
events = st.lists(st.tuples(st.integers(0, 2), st.lists(moves, max_size=3)), max_size=12)
many = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what an example wrote, so that the next one starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _change(actor_id: int, change: tuple[int, int]) -> str | None:
    """Make a job move, if it may; the id of the one that did."""
    place, choice = change
    jobs = list(Job.objects.order_by("id"))
    if not jobs:
        return None
    job = jobs[place % len(jobs)]
    targets = allowed_transitions(JobState(job.state))
    if not targets:
        return None
    set_job_status(job_id=job.id, state=targets[choice % len(targets)], actor_id=actor_id)
    return encode(Kind.JOB, job.id)


def _walk(
    api: Api,
    *,
    forward: bool,
    size: int,
    between: Callable[[], None] = lambda: None,
    **given: Any,
) -> list[str]:
    """All ids, in the order of the list, page by page; `between` is called after each page."""
    size_name, from_name, cursor_name, more_name, back_name = (
        ("first", "after", "endCursor", "hasNextPage", "hasPreviousPage")
        if forward
        else ("last", "before", "startCursor", "hasPreviousPage", "hasNextPage")
    )
    found: list[str] = []
    cursor = None
    for _ in range(1_000):
        page = api(PAGE, **{size_name: size, from_name: cursor}, **given).data["jobs"]
        ids = [node["id"] for node in page["nodes"]]
        found = found + ids if forward else ids + found
        info = page["pageInfo"]
        assert len(ids) <= size
        assert info[more_name] is False or len(ids) == size
        if cursor is None:
            assert info[back_name] is False
        if not info[more_name]:
            return found
        cursor = info[cursor_name]
        between()
    pytest.fail("the walk does not end")


@pytest.fixture
def actor_id(make_user: Callable[..., User]) -> int:
    return make_user("walker").pk


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("order", ORDERS)
@many
@given(
    jobs=st.integers(0, 17),
    changes=st.lists(moves, max_size=20),
    size=st.integers(1, 20),
    states=st.none() | st.lists(st.sampled_from([s.value for s in JobState]), max_size=3),
)
def test_a_still_list(
    viewer: Api,
    actor_id: int,
    *,
    order: str,
    jobs: int,
    changes: list[tuple[int, int]],
    size: int,
    states: list[str] | None,
    forward: bool,
) -> None:
    with _undone():
        for number in range(jobs):
            create_job(name=f"{number}", actor_id=actor_id)
        for change in changes:
            _change(actor_id, change)
        wanted = Job.objects.order_by(*COLUMNS[order])
        if states is not None:
            wanted = wanted.filter(state__in=states)
        expected = [encode(Kind.JOB, job_id) for job_id in wanted.values_list("id", flat=True)]
        found = _walk(viewer, forward=forward, size=size, orderBy=order, filter={"states": states})
        assert found == expected


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("order", ORDERS)
@many
@given(jobs=st.integers(0, 12), size=st.integers(1, 5), happenings=events)
def test_a_list_that_changes_under_the_walk(
    viewer: Api,
    actor_id: int,
    *,
    order: str,
    jobs: int,
    size: int,
    happenings: list[tuple[int, list[tuple[int, int]]]],
    forward: bool,
) -> None:
    """Creation never moves a job; by the time of change, those that stay put are met once."""
    with _undone():
        for number in range(jobs):
            create_job(name=f"{number}", actor_id=actor_id)
        there = [
            encode(Kind.JOB, pk) for pk in Job.objects.order_by("id").values_list("id", flat=True)
        ]
        moved: set[str] = set()
        coming = iter(happenings)

        def something_happens() -> None:
            creations, changes = next(coming, (0, []))
            for number in range(creations):
                create_job(name=f"new {number}", actor_id=actor_id)
            for change in changes:
                moved.add(_change(actor_id, change) or "")

        found = _walk(viewer, forward=forward, size=size, between=something_happens, orderBy=order)
        if order in BY_CREATION:
            newest_first = order == "CREATED_DESC"
            met = found[::-1] if newest_first else found
            assert len(set(met)) == len(met)
            assert [job for job in met if job in there] == there
            if newest_first is forward:  # walking back in time: what is new lies behind
                assert met == there
            else:
                assert len(met) == Job.objects.count()
        else:
            still = [job for job in found if job not in moved]
            assert len(set(still)) == len(still)
            assert set(there) - moved <= set(still)
