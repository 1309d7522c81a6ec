"""What the tests of the schema share: jobs with a past, made by the services themselves."""

import gc
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import pytest

from backend.accounts.models import User
from backend.jobs.lifecycle import JobState
from backend.jobs.records import JobRecord
from backend.jobs.services import create_job, set_job_status
from tests.api import Api

PENDING, RUNNING, COMPLETED, FAILED, CANCELLED = JobState
# How a new job gets into each state.
PATHS: dict[JobState, tuple[JobState, ...]] = {
    PENDING: (),
    RUNNING: (RUNNING,),
    COMPLETED: (RUNNING, COMPLETED),
    FAILED: (RUNNING, FAILED),
    CANCELLED: (CANCELLED,),
}


class MakeJob(Protocol):
    """Create a job and move it through states: `make_job("a", RUNNING, FAILED)`."""

    def __call__(self, name: str, *states: JobState, by: Api | None = None) -> JobRecord:
        """The job as it stands after its last move."""
        ...


@pytest.fixture
def abandoned() -> Iterator[None]:
    """Collect the coroutines of fields that the reference executor gave up with their siblings.

    A request of the test client ends its event loop, and with it what was to see to them.
    """
    yield
    gc.collect()


ABANDONS: Final = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.usefixtures("abandoned"),
]
"""Marks of tests in which the reference executor meets errors beside fields that wait."""


@pytest.fixture
def make_job(make_user: Callable[..., User]) -> MakeJob:
    """Create a job and move it through states, by an account of its own or by that of an `Api`."""
    makers: list[User] = []

    def make(name: str, *states: JobState, by: Api | None = None) -> JobRecord:
        if by is None and not makers:
            makers.append(make_user("maker"))
        user = makers[0] if by is None else by.user
        assert user is not None
        job = create_job(name=name, actor_id=user.pk)
        for state in states:
            message = f"{name} {state}"
            job = set_job_status(job_id=job.id, state=state, actor_id=user.pk, message=message).job
        return job

    return make


@pytest.fixture
def story(make_user: Callable[..., User]) -> User:
    """A few jobs of two accounts, at different points of their lives."""
    ada, ole = make_user("ada", "operator"), make_user("ole", "operator")
    for number in range(6):
        author = ada if number % 2 else ole
        job = create_job(name=f"job {number}", actor_id=author.pk)
        for state in (RUNNING, FAILED, PENDING)[: number % 4]:
            set_job_status(job_id=job.id, state=state, actor_id=ada.pk, message=f"to {state}")
    return ada
