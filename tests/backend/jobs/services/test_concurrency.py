"""Many writers at the same moment, on the database that lets them run side by side."""

import random
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count, Max

from backend.jobs.errors import (
    IdempotencyConflict,
    IllegalTransition,
    JobError,
    VersionConflict,
)
from backend.jobs.lifecycle import TRANSITIONS, JobState
from backend.jobs.models import Job, JobStatus
from backend.jobs.records import JobRecord
from backend.jobs.services import StatusChange, create_job, set_job_status
from tests.backend.jobs.simultaneous import at_once, kinds
from tests.backend.jobs.tables import history, job_row

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PENDING, RUNNING = JobState.PENDING, JobState.RUNNING
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED
JobIn = Callable[[JobState], UUID]


def changes(results: list[object]) -> list[StatusChange]:
    return [result for result in results if isinstance(result, StatusChange)]


def test_of_fifty_calls_for_the_same_move_one_changes(job_in: JobIn, ada: int) -> None:
    job_id = job_in(PENDING)
    move = partial(set_job_status, job_id=job_id, state=RUNNING, actor_id=ada)
    results = at_once([move] * 50)
    assert kinds(results) == {"StatusChange": 50}
    assert sum(change.changed for change in changes(results)) == 1
    assert len({change.status for change in changes(results)}) == 1
    assert {change.job for change in changes(results)} == {changes(results)[0].job}
    assert [entry["state"] for entry in history(job_id)] == ["PENDING", "RUNNING"]
    assert job_row(job_id)["version"] == 2


def test_of_fifty_calls_that_expect_the_same_version_one_succeeds(job_in: JobIn, ada: int) -> None:
    job_id = job_in(PENDING)
    targets = [RUNNING, CANCELLED, FAILED]
    results = at_once(
        [
            partial(
                set_job_status,
                job_id=job_id,
                state=targets[number % 3],
                actor_id=ada,
                expected_version=1,
            )
            for number in range(50)
        ]
    )
    assert kinds(results) == {"StatusChange": 1, "VersionConflict": 49}
    (winner,) = changes(results)
    assert winner.changed
    conflicts = [error for error in results if isinstance(error, VersionConflict)]
    assert {error.job for error in conflicts} == {winner.job}
    assert [entry["state"] for entry in history(job_id)] == ["PENDING", winner.job.state]


def test_fifty_calls_for_moves_that_exclude_each_other(job_in: JobIn, ada: int) -> None:
    job_id = job_in(RUNNING)
    targets = [JobState.COMPLETED, FAILED]
    results = at_once(
        [
            partial(set_job_status, job_id=job_id, state=targets[number % 2], actor_id=ada)
            for number in range(50)
        ]
    )
    assert kinds(results) == {"StatusChange": 25, "IllegalTransition": 25}
    assert sum(change.changed for change in changes(results)) == 1
    end = {change.job.state for change in changes(results)}
    refused = {error.job.state for error in results if isinstance(error, IllegalTransition)}
    assert end == refused
    assert job_row(job_id)["version"] == 3


def test_twenty_creations_with_one_key_are_one_job(ada: int) -> None:
    results = at_once([partial(create_job, name="a", actor_id=ada, idempotency_key="k")] * 20)
    assert kinds(results) == {"JobRecord": 20}
    assert len(set(results)) == 1
    assert (Job.objects.count(), JobStatus.objects.count()) == (1, 1)


def test_twenty_creations_with_one_key_and_two_names(ada: int) -> None:
    results = at_once(
        [
            partial(create_job, name="ab"[number % 2], actor_id=ada, idempotency_key="k")
            for number in range(20)
        ]
    )
    assert kinds(results) == {"JobRecord": 10, "IdempotencyConflict": 10}
    assert (Job.objects.count(), JobStatus.objects.count()) == (1, 1)
    created = {job.name for job in results if isinstance(job, JobRecord)}
    assert created == {Job.objects.get().name}


def test_twenty_changes_with_one_key_are_one_change(job_in: JobIn, ada: int) -> None:
    job_id = job_in(FAILED)
    call = partial(
        set_job_status,
        job_id=job_id,
        state=PENDING,
        actor_id=ada,
        message="again",
        expected_version=3,
        idempotency_key="k",
    )
    results = at_once([call] * 20)
    assert kinds(results) == {"StatusChange": 20}
    assert sum(change.changed for change in changes(results)) == 1
    assert len({change.status for change in changes(results)}) == 1
    assert job_row(job_id)["version"] == 4


def test_twenty_changes_with_one_key_and_two_messages(job_in: JobIn, ada: int) -> None:
    job_id = job_in(PENDING)
    results = at_once(
        [
            partial(
                set_job_status,
                job_id=job_id,
                state=RUNNING,
                actor_id=ada,
                message="ab"[number % 2],
                idempotency_key="k",
            )
            for number in range(20)
        ]
    )
    assert kinds(results) == {"StatusChange": 10, "IdempotencyConflict": 10}
    assert all(isinstance(error, StatusChange | IdempotencyConflict) for error in results)
    assert job_row(job_id)["version"] == 2


def test_mixed_writers_leave_every_job_equal_to_its_history(ada: int, ben: int) -> None:
    jobs = [create_job(name=f"job {number}", actor_id=ada).id for number in range(4)]

    def work(seed: int) -> int:
        """Thirty moves by chance; how many were made."""
        chance = random.Random(seed)  # noqa: S311 (a test's)
        moved = 0
        for number in range(30):
            given: dict[str, Any] = {
                "job_id": chance.choice(jobs),
                "state": chance.choice([PENDING, RUNNING, FAILED, CANCELLED]),
                "actor_id": chance.choice([ada, ben]),
                "idempotency_key": chance.choice([None, f"{seed}-{number}", "shared"]),
            }
            try:
                moved += set_job_status(**given).changed
            except JobError:
                continue
        return moved

    results = at_once([partial(work, seed) for seed in range(12)])
    assert kinds(results) == {"int": 12}
    made = sum(result for result in results if isinstance(result, int))
    assert made > 20
    assert JobStatus.objects.count() == len(jobs) + made
    newest = JobStatus.objects.values("job").annotate(newest=Max("id"), entries=Count("id"))
    for row in newest:
        job = Job.objects.get(id=row["job"])
        entry = JobStatus.objects.get(id=row["newest"])
        assert (job.state, job.state_changed_at) == (entry.state, entry.created_at)
        assert job.version == row["entries"]
        lived = history(job.id)
        for before, after in pairwise(lived):
            assert after["previous_state"] == before["state"]
            assert JobState(after["state"]) in TRANSITIONS[JobState(before["state"])]
            assert after["created_at"] >= before["created_at"]
