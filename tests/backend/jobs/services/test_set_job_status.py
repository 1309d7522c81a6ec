"""Moving a job: the exact rows of every move, and nothing at all for everything else."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from backend.jobs import ids
from backend.jobs.errors import (
    IdempotencyConflict,
    IllegalTransition,
    InvalidInput,
    JobError,
    JobNotFound,
    VersionConflict,
)
from backend.jobs.lifecycle import FINISHED, TRANSITIONS, JobState
from backend.jobs.models import JobStatus
from backend.jobs.records import StatusRecord
from backend.jobs.selectors.jobs import jobs_by_id
from backend.jobs.services import StatusChange, create_job, set_job_status
from tests.backend.jobs.conftest import NOON, PATHS, Clock
from tests.backend.jobs.tables import dump, history, impossible, job_row, unchanged_tables

PENDING, RUNNING, COMPLETED = JobState.PENDING, JobState.RUNNING, JobState.COMPLETED
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED
JobIn = Callable[[JobState], UUID]

PAIRS = list(itertools.product(JobState, JobState))
MOVES = [(state, target) for state, target in PAIRS if target in TRANSITIONS[state]]
NO_MOVES = [(state, target) for state, target in PAIRS if target not in TRANSITIONS[state]]
ILLEGAL = [(state, target) for state, target in NO_MOVES if state is not target]
LATER = NOON + timedelta(hours=3)


@pytest.mark.parametrize(("state", "target"), MOVES)
def test_the_rows_of_a_move(  # noqa: PLR0917 (parameters and fixtures)
    job_in: JobIn, ada: int, ben: int, clock: Clock, state: JobState, target: JobState
) -> None:
    bystander, job_id = job_in(RUNNING), job_in(state)
    before, row = dump(), job_row(job_id)
    clock.now = LATER
    change = set_job_status(
        job_id=job_id, state=target, actor_id=ben, message=" why\nso ", idempotency_key="k"
    )
    steps = len(PATHS[state])
    after = dump()
    entry = after.statuses[-1]
    assert after.statuses[:-1] == before.statuses
    assert entry == {
        "id": entry["id"],
        "job_id": job_id,
        "state": target.value,
        "previous_state": state.value,
        "message": " why\nso ",
        "created_at": LATER,
        "set_by_id": ben,
        "set_by_token_id": None,
        "idempotency_key": "k",
    }
    assert [known for known in after.jobs if known["id"] == bystander] == [
        known for known in before.jobs if known["id"] == bystander
    ]
    ran = None if target is PENDING else row["started_at"]
    assert job_row(job_id) == {
        **row,
        "state": target.value,
        "state_changed_at": LATER,
        "version": steps + 2,
        "started_at": LATER if target is RUNNING else ran,
        "finished_at": LATER if target in FINISHED else None,
    }
    status = StatusRecord(entry["id"], job_id, target, state, " why\nso ", LATER, ben)
    assert change == StatusChange(jobs_by_id([job_id])[job_id], status, changed=True)
    assert row["created_by_id"] == ada


def test_a_whole_life_with_a_retry(ada: int, clock: Clock) -> None:
    job = create_job(name="a", actor_id=ada)
    times = [NOON + timedelta(minutes=minutes) for minutes in range(6)]
    lived = []
    for at, state in zip(times[1:], [RUNNING, FAILED, PENDING, RUNNING, COMPLETED], strict=True):
        clock.now = at
        moved = set_job_status(job_id=job.id, state=state, actor_id=ada).job
        lived.append((moved.version, moved.started_at, moved.finished_at))
    assert lived == [
        (2, times[1], None),
        (3, times[1], times[2]),
        (4, None, None),  # a retry clears when it ran
        (5, times[4], None),
        (6, times[4], times[5]),
    ]
    assert [entry["created_at"] for entry in history(job.id)] == times
    assert ids.created_at(job.id) == times[0]


@pytest.mark.parametrize(("state", "target"), ILLEGAL)
def test_a_move_that_the_lifecycle_does_not_know(
    job_in: JobIn, ada: int, state: JobState, target: JobState
) -> None:
    job_id = job_in(state)
    with unchanged_tables(), pytest.raises(IllegalTransition) as caught:
        set_job_status(job_id=job_id, state=target, actor_id=ada, idempotency_key="k")
    assert str(caught.value) == f"A job that is {state} can not become {target}."
    assert caught.value.job == jobs_by_id([job_id])[job_id]


@pytest.mark.parametrize("state", JobState)
def test_the_state_it_is_in_already(job_in: JobIn, ben: int, state: JobState) -> None:
    job_id = job_in(state)
    newest = JobStatus.objects.filter(job_id=job_id).latest("id")
    with unchanged_tables():
        change = set_job_status(
            job_id=job_id, state=state, actor_id=ben, message="again", idempotency_key="k"
        )
    assert change.changed is False
    assert change.job == jobs_by_id([job_id])[job_id]
    assert change.status.id == newest.pk
    assert change.status.message is None


@pytest.mark.parametrize(
    "missing", [UUID(int=0), UUID(int=2**128 - 1), ids.mint(NOON, seed="x")], ids=str
)
def test_a_job_that_is_not_there(job_in: JobIn, ada: int, missing: UUID) -> None:
    job_in(RUNNING)
    with unchanged_tables(), pytest.raises(JobNotFound, match=r"^There is no job with this id\.$"):
        set_job_status(job_id=missing, state=RUNNING, actor_id=ada, expected_version=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"message": "m" * 10_001}, "message"),
        ({"message": "a\0"}, "message"),
        ({"message": "a\ud800"}, "message"),
        ({"idempotency_key": ""}, "idempotencyKey"),
        ({"idempotency_key": "k" * 201}, "idempotencyKey"),
        ({"idempotency_key": "\0"}, "idempotencyKey"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_can_not_be_accepted(
    job_in: JobIn, ada: int, given: dict[str, Any], field: str
) -> None:
    job_id = job_in(PENDING)
    for target in (job_id, UUID(int=0)):
        with unchanged_tables(), pytest.raises(InvalidInput) as caught:
            set_job_status(job_id=target, state=RUNNING, actor_id=ada, **given)
        assert caught.value.field == field


@pytest.mark.parametrize(("given", "stored"), [("m" * 10_000, "m" * 10_000), (" \n", None)])
def test_the_longest_message_and_the_emptiest(
    job_in: JobIn, ada: int, given: str, stored: str | None
) -> None:
    change = set_job_status(job_id=job_in(PENDING), state=RUNNING, actor_id=ada, message=given)
    assert change.status.message == stored
    assert JobStatus.objects.get(id=change.status.id).message == stored


# --- Expected versions ------------------------------------------------------------------------


def test_the_version_that_was_expected(job_in: JobIn, ada: int) -> None:
    job_id = job_in(RUNNING)
    change = set_job_status(job_id=job_id, state=FAILED, actor_id=ada, expected_version=2)
    assert (change.job.version, change.changed) == (3, True)


@pytest.mark.parametrize("expected", [-(10**30), -1, 0, 1, 3, 2**31, 10**30])
def test_a_version_that_was_not_expected(job_in: JobIn, ada: int, expected: int) -> None:
    job_id = job_in(RUNNING)
    with unchanged_tables(), pytest.raises(VersionConflict) as caught:
        set_job_status(job_id=job_id, state=FAILED, actor_id=ada, expected_version=expected)
    assert caught.value.job == jobs_by_id([job_id])[job_id]
    assert str(caught.value) == (
        f"The job is at version 2 (RUNNING), not {expected}: it was changed in the meantime."
    )


@pytest.mark.parametrize("target", [RUNNING, PENDING], ids=["no move", "illegal move"])
def test_the_version_is_checked_before_the_move(job_in: JobIn, ada: int, target: JobState) -> None:
    job_id = job_in(RUNNING)
    with unchanged_tables(), pytest.raises(VersionConflict):
        set_job_status(job_id=job_id, state=target, actor_id=ada, expected_version=1)


def test_with_the_right_version_the_move_is_still_checked(job_in: JobIn, ada: int) -> None:
    job_id = job_in(RUNNING)
    with unchanged_tables():
        same = set_job_status(job_id=job_id, state=RUNNING, actor_id=ada, expected_version=2)
    assert same.changed is False
    with unchanged_tables(), pytest.raises(IllegalTransition):
        set_job_status(job_id=job_id, state=PENDING, actor_id=ada, expected_version=2)


# --- Idempotency keys -------------------------------------------------------------------------


def test_a_repeated_key_is_answered_by_the_first_entry(job_in: JobIn, ada: int) -> None:
    job_id = job_in(PENDING)
    call: dict[str, Any] = {"job_id": job_id, "state": RUNNING, "actor_id": ada}
    first = set_job_status(**call, message="m", idempotency_key="k", expected_version=1)
    for expected in (1, 2, 99, None):  # seen before: the version no longer matters
        with unchanged_tables():
            again = set_job_status(
                **call, message="m", idempotency_key="k", expected_version=expected
            )
        assert again == first._replace(changed=False)


def test_a_repeated_key_tells_the_job_as_it_stands_now(job_in: JobIn, ada: int) -> None:
    job_id = job_in(PENDING)
    call: dict[str, Any] = {"job_id": job_id, "actor_id": ada}
    first = set_job_status(**call, state=RUNNING, idempotency_key="k")
    moved = set_job_status(**call, state=COMPLETED)
    with unchanged_tables():
        again = set_job_status(**call, state=RUNNING, idempotency_key="k")
    assert again == StatusChange(moved.job, first.status, changed=False)


@pytest.mark.parametrize("blank", [None, "", " \n"], ids=repr)
def test_a_blank_message_is_the_same_input_as_none(
    job_in: JobIn, ada: int, blank: str | None
) -> None:
    call: dict[str, Any] = {"job_id": job_in(PENDING), "state": RUNNING, "actor_id": ada}
    first = set_job_status(**call, message="\t", idempotency_key="k")
    with unchanged_tables():
        again = set_job_status(**call, message=blank, idempotency_key="k")
    assert again == first._replace(changed=False)


@pytest.mark.parametrize(
    "other", [{"state": FAILED}, {"message": None}, {"message": "M"}, {"state": PENDING}], ids=repr
)
def test_a_key_that_was_used_for_another_change(
    job_in: JobIn, ada: int, other: dict[str, Any]
) -> None:
    call: dict[str, Any] = {"job_id": job_in(PENDING), "actor_id": ada, "idempotency_key": "k"}
    set_job_status(**call, state=RUNNING, message="m")
    with unchanged_tables(), pytest.raises(IdempotencyConflict):
        set_job_status(
            **{**call, "state": RUNNING, "message": "m", "expected_version": 77, **other}
        )


def test_a_key_belongs_to_one_account_and_one_job(job_in: JobIn, ada: int, ben: int) -> None:
    one, two = job_in(PENDING), job_in(PENDING)
    call: dict[str, Any] = {"idempotency_key": "k"}
    assert set_job_status(job_id=one, state=RUNNING, actor_id=ada, **call).changed
    assert set_job_status(job_id=one, state=FAILED, actor_id=ben, **call).changed
    assert set_job_status(job_id=two, state=CANCELLED, actor_id=ada, **call).changed
    assert [entry["idempotency_key"] for entry in history(one)] == [None, "k", "k"]


def test_a_creation_s_key_and_a_change_s_key_do_not_meet(ada: int) -> None:
    job = create_job(name="a", actor_id=ada, idempotency_key="k")
    call: dict[str, Any] = {"job_id": job.id, "state": RUNNING, "actor_id": ada}
    assert set_job_status(**call, idempotency_key="k").changed


def test_a_key_of_a_call_that_wrote_nothing_is_free(job_in: JobIn, ada: int) -> None:
    job_id = job_in(RUNNING)
    call: dict[str, Any] = {"job_id": job_id, "actor_id": ada, "idempotency_key": "k"}
    assert not set_job_status(**call, state=RUNNING).changed
    with pytest.raises(IllegalTransition):
        set_job_status(**call, state=PENDING)
    assert set_job_status(**call, state=FAILED).changed


# --- Time -------------------------------------------------------------------------------------


def test_a_clock_that_goes_back_does_not_turn_a_history_round(ada: int, clock: Clock) -> None:
    job = create_job(name="a", actor_id=ada)
    clock.now = datetime(1999, 12, 31, tzinfo=UTC)
    moved = set_job_status(job_id=job.id, state=RUNNING, actor_id=ada)
    assert moved.status.created_at == moved.job.state_changed_at == moved.job.started_at == NOON
    clock.now = LATER
    moved = set_job_status(job_id=job.id, state=FAILED, actor_id=ada)
    clock.now = NOON
    moved = set_job_status(job_id=job.id, state=PENDING, actor_id=ada)
    assert [entry["created_at"] for entry in history(job.id)] == [NOON, NOON, LATER, LATER]
    assert moved.job.state_changed_at == LATER


# --- All or nothing ---------------------------------------------------------------------------


def test_no_job_is_moved_without_an_entry(
    job_in: JobIn, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = job_in(PENDING)
    monkeypatch.setattr(import_module("backend.jobs.services.set_job_status"), "Entry", impossible)
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        set_job_status(job_id=job_id, state=RUNNING, actor_id=ada, idempotency_key="k")


def test_every_error_is_a_job_error() -> None:
    errors = {IdempotencyConflict, IllegalTransition, InvalidInput, JobNotFound, VersionConflict}
    assert set(JobError.__subclasses__()) >= errors
