"""Accounts to act for, jobs in any state, and a clock that the tests set."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from backend.accounts.models import User
from backend.jobs.lifecycle import JobState
from backend.jobs.services import create_job, set_job_status

NOON = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)

# How a job gets into each state by legal moves.
PATHS: dict[JobState, list[JobState]] = {
    JobState.PENDING: [],
    JobState.RUNNING: [JobState.RUNNING],
    JobState.COMPLETED: [JobState.RUNNING, JobState.COMPLETED],
    JobState.FAILED: [JobState.RUNNING, JobState.FAILED],
    JobState.CANCELLED: [JobState.CANCELLED],
}


class Clock:
    """What time it is, as Django's `timezone.now` tells it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, for whoever asks."""
        return self.now


@pytest.fixture(autouse=True)
def _no_idle_connections(request: pytest.FixtureRequest) -> Iterator[None]:
    """Threads leave connections behind in the pool, which tests of the server would find."""
    yield
    if request.node.get_closest_marker("postgres") and connection.vendor == "postgresql":
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands at noon until it is set."""
    clock = Clock(NOON)
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def ada(db: None) -> int:
    """The id of an account."""
    return User.objects.create(username="ada").pk


@pytest.fixture
def ben(db: None) -> int:
    """The id of another account."""
    return User.objects.create(username="ben").pk


@pytest.fixture
def job_in(ada: int) -> Callable[[JobState], UUID]:
    """Create a job and bring it into a state: `job_in(JobState.FAILED)`."""

    def bring(state: JobState) -> UUID:
        job_id = create_job(name=f"a job to be {state}", actor_id=ada).id
        for step in PATHS[state]:
            set_job_status(job_id=job_id, state=step, actor_id=ada)
        return job_id

    return bring
