"""Creating a job: the exact rows, once per key, and nothing at all where it fails."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from backend.jobs import ids
from backend.jobs.errors import IdempotencyConflict, InvalidInput
from backend.jobs.lifecycle import JobState
from backend.jobs.records import JobRecord
from backend.jobs.services import create_job, set_job_status
from tests.backend.jobs.conftest import NOON, Clock
from tests.backend.jobs.tables import dump, history, impossible, job_row, unchanged_tables


def test_a_job_is_two_rows(ada: int, clock: Clock) -> None:
    assert clock.now == NOON
    job = create_job(name="  Straße 7 ", actor_id=ada, idempotency_key="k-1")
    assert job == JobRecord(
        id=job.id,
        name="Straße 7",
        state=JobState.PENDING,
        state_changed_at=NOON,
        version=1,
        created_at=NOON,
        started_at=None,
        finished_at=None,
        created_by_id=ada,
    )
    assert ids.created_at(job.id) == NOON
    assert dump().jobs == [
        {
            "id": job.id,
            "name": "Straße 7",
            "name_folded": "strasse 7",
            "state": "PENDING",
            "state_changed_at": NOON,
            "version": 1,
            "created_at": NOON,
            "started_at": None,
            "finished_at": None,
            "created_by_id": ada,
            "idempotency_key": "k-1",
        }
    ]
    assert len(dump().statuses) == 1
    assert history(job.id) == [
        {
            "job_id": job.id,
            "state": "PENDING",
            "previous_state": None,
            "message": None,
            "created_at": NOON,
            "set_by_id": ada,
            "set_by_token_id": None,
            "idempotency_key": None,
        }
    ]


def test_without_a_key_each_call_creates(ada: int) -> None:
    first, second = (create_job(name="same", actor_id=ada) for _ in range(2))
    assert first.id != second.id
    assert [len(table) for table in dump()] == [2, 2]


@pytest.mark.usefixtures("clock")
def test_jobs_of_one_microsecond_have_ids_of_their_own(ada: int) -> None:
    created = [create_job(name=f"job {number}", actor_id=ada) for number in range(20)]
    assert len({job.id for job in created}) == 20
    assert {ids.created_at(job.id) for job in created} == {NOON}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \n "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "\ud83e"}, "name"),
        ({"idempotency_key": ""}, "idempotencyKey"),
        ({"idempotency_key": "k" * 201}, "idempotencyKey"),
        ({"idempotency_key": "\0"}, "idempotencyKey"),
        ({"idempotency_key": "\udfff"}, "idempotencyKey"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_can_not_be_accepted_writes_nothing(
    ada: int, job_in: Callable[[JobState], UUID], given: dict[str, Any], field: str
) -> None:
    job_in(JobState.RUNNING)
    with unchanged_tables(), pytest.raises(InvalidInput) as caught:
        create_job(**{"name": "a", "actor_id": ada, **given})
    assert caught.value.field == field


@pytest.mark.django_db(transaction=True)
def test_an_account_that_is_not_there_writes_nothing() -> None:
    with unchanged_tables(), pytest.raises(IntegrityError):
        create_job(name="a", actor_id=987_654_321)
    with unchanged_tables(), pytest.raises(IntegrityError):
        create_job(name="a", actor_id=987_654_321, idempotency_key="k")


def test_no_job_is_left_without_a_history(ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("backend.jobs.services.create_job"), "Entry", impossible)
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        create_job(name="a", actor_id=ada, idempotency_key="k")


def test_a_repeated_key_gives_the_first_job_and_writes_nothing(ada: int, clock: Clock) -> None:
    first = create_job(name="a", actor_id=ada, idempotency_key="k")
    clock.now += timedelta(days=400)
    for name in ("a", "  a\n"):
        with unchanged_tables():
            assert create_job(name=name, actor_id=ada, idempotency_key="k") == first


def test_a_repeated_key_gives_the_job_as_it_stands_now(ada: int) -> None:
    first = create_job(name="a", actor_id=ada, idempotency_key="k")
    moved = set_job_status(job_id=first.id, state=JobState.RUNNING, actor_id=ada).job
    with unchanged_tables():
        assert create_job(name="a", actor_id=ada, idempotency_key="k") == moved


@pytest.mark.parametrize("other", ["b", "A", "a a", "á"])
def test_a_key_that_was_used_for_another_name_is_refused(ada: int, other: str) -> None:
    create_job(name="a", actor_id=ada, idempotency_key="k")
    with unchanged_tables(), pytest.raises(IdempotencyConflict) as caught:
        create_job(name=other, actor_id=ada, idempotency_key="k")
    assert str(caught.value) == "This idempotency key was used before with a different input."


def test_bad_input_is_told_before_a_used_key(ada: int) -> None:
    create_job(name="a", actor_id=ada, idempotency_key="k")
    with unchanged_tables(), pytest.raises(InvalidInput):
        create_job(name="", actor_id=ada, idempotency_key="k")


def test_a_key_is_an_account_s_own(ada: int, ben: int) -> None:
    hers = create_job(name="a", actor_id=ada, idempotency_key="k")
    his = create_job(name="b", actor_id=ben, idempotency_key="k")
    assert hers.id != his.id
    assert job_row(his.id)["created_by_id"] == ben
    assert create_job(name="a", actor_id=ada, idempotency_key="k") == hers


@pytest.mark.parametrize("other", ["K", "k ", " k", "к"])  # the last one is Cyrillic
def test_keys_are_compared_as_they_are(ada: int, other: str) -> None:
    first = create_job(name="a", actor_id=ada, idempotency_key="k")
    assert create_job(name="a", actor_id=ada, idempotency_key=other).id != first.id


def test_a_key_of_another_call_that_was_undone_is_free(
    ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(import_module("backend.jobs.services.create_job"), "Entry", impossible)
        with pytest.raises(IntegrityError), transaction.atomic():
            create_job(name="a", actor_id=ada, idempotency_key="k")
    assert create_job(name="b", actor_id=ada, idempotency_key="k").name == "b"
