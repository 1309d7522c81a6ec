"""What the tables refuse: a changed name, a changed history, rows that can not be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value

from backend.jobs import ids
from backend.jobs.lifecycle import JobState
from backend.jobs.models import HourlyActivity, Immutable, Job, JobStatus, StateRollup
from tests.backend.jobs.conftest import NOON
from tests.backend.jobs.tables import unchanged_tables

JobIn = Callable[[JobState], UUID]


@pytest.fixture
def job(job_in: JobIn) -> Job:
    """A job that runs."""
    return Job.objects.get(id=job_in(JobState.RUNNING))


@pytest.fixture
def entry(job: Job) -> JobStatus:
    """The newest entry of its history."""
    return JobStatus.objects.filter(job=job).latest("id")


# --- Names ------------------------------------------------------------------------------------


def test_a_model_does_not_save_another_name(job: Job) -> None:
    job.name = "other"
    for arguments in ({}, {"update_fields": ["name"]}, {"force_update": True}):
        with unchanged_tables(), pytest.raises(Immutable, match=r"^a job's name never changes$"):
            job.save(**arguments)


def test_a_model_saves_what_may_change(job: Job) -> None:
    job.version = 7
    job.save()
    job.save(update_fields=["version"])
    assert Job.objects.get(id=job.id).version == 7


def test_a_model_that_did_not_read_the_name_may_be_saved(job: Job) -> None:
    for partial in (Job.objects.only("version").get(), Job.objects.defer("name").get()):
        assert partial.name == job.name  # read from the database now
        partial.version += 1
        partial.save()
    assert Job.objects.get().version == job.version + 1


def test_a_fresh_model_can_not_be_renamed_after_its_first_save(ada: int) -> None:
    job = Job(**a_job(created_by_id=ada))
    job.save()
    job.name = "other"
    with unchanged_tables(), pytest.raises(Immutable):
        job.save()


@pytest.mark.parametrize(
    "values",
    [
        {"name": "other"},
        {"name_folded": "other"},
        {"version": 9, "name": F("name_folded")},
        {"name": Value("other")},
    ],
    ids=repr,
)
def test_a_queryset_does_not_update_names(job: Job, values: dict[str, Any]) -> None:
    with unchanged_tables(), pytest.raises(Immutable):
        Job.objects.filter(id=job.id).update(**values)


def test_a_queryset_does_not_update_names_in_bulk(job: Job) -> None:
    job.name = "other"
    with unchanged_tables(), pytest.raises(Immutable), transaction.atomic():
        Job.objects.bulk_update([job], ["name"])
    with unchanged_tables(), pytest.raises(Immutable), transaction.atomic():
        Job.objects.update_or_create(id=job.id, defaults={"name": "other"})


def test_the_database_does_not_change_names(job: Job) -> None:
    refused("UPDATE jobs_job SET name = 'other'")
    refused("UPDATE jobs_job SET name_folded = 'other'")
    refused("UPDATE jobs_job SET version = 9, name = name || '!' WHERE id IS NOT NULL")
    job.name, job._state.adding = "other", True  # a model that claims to be new
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        job.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_job SET name = name, version = 5")
    assert Job.objects.get().version == 5


# --- Histories --------------------------------------------------------------------------------


def test_a_model_does_not_save_an_entry_twice(entry: JobStatus) -> None:
    for arguments in ({}, {"update_fields": ["message"]}):
        entry.message = "other"
        with unchanged_tables(), pytest.raises(Immutable, match=r"^a history is append-only$"):
            entry.save(**arguments)


def test_a_queryset_does_not_update_entries(entry: JobStatus) -> None:
    with unchanged_tables(), pytest.raises(Immutable, match=r"not updated: \['message'\]"):
        JobStatus.objects.update(message="other")
    with unchanged_tables(), pytest.raises(Immutable), transaction.atomic():
        JobStatus.objects.bulk_update([entry], ["message"])


def test_the_database_does_not_update_entries(entry: JobStatus) -> None:
    refused("UPDATE jobs_jobstatus SET message = 'other'")
    refused("UPDATE jobs_jobstatus SET message = message")
    again = JobStatus(id=entry.pk, job_id=entry.job_id, state="FAILED", created_at=NOON)
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        JobStatus.objects.bulk_create(
            [again], update_conflicts=True, unique_fields=["id"], update_fields=["state"]
        )


# --- Constraints ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "LOST"}, "job_state_is_known"),
        ({"state": "pending"}, "job_state_is_known"),
        ({"version": 0}, "job_version_counts_from_1"),
        ({"version": -1}, "version"),
        ({"name": ""}, "job_has_a_name"),
        ({"finished_at": NOON}, "job_finished_at_iff_finished"),
        ({"state": "COMPLETED"}, "job_finished_at_iff_finished"),
        ({"state": "FAILED"}, "job_finished_at_iff_finished"),
        ({"state": "CANCELLED"}, "job_finished_at_iff_finished"),
        ({"state": "RUNNING"}, "job_running_has_started_at"),
        ({"state_changed_at": NOON - timedelta(microseconds=1)}, "job_times_in_order"),
    ],
    ids=repr,
)
def test_a_job_that_can_not_be(ada: int, values: dict[str, Any], constraint: str) -> None:
    with (
        unchanged_tables(),
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
    ):
        Job.objects.bulk_create([Job(**a_job(created_by_id=ada, **values))])


@pytest.mark.parametrize("column", ["id", "name", "state", "version", "created_at"])
def test_a_job_lacks_nothing(ada: int, column: str) -> None:
    lacking: dict[str, Any] = {column: None}
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.bulk_create([Job(**a_job(created_by_id=ada, **lacking))])


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "LOST"}, "status_state_is_known"),
        ({"previous_state": "RUNNING", "state": "RUNNING"}, "status_is_a_change"),
    ],
    ids=repr,
)
def test_an_entry_that_can_not_be(job: Job, values: dict[str, Any], constraint: str) -> None:
    given = {"job": job, "state": "RUNNING", "created_at": NOON, **values}
    with (
        unchanged_tables(),
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
    ):
        JobStatus.objects.bulk_create([JobStatus(**given)])


def test_an_entry_s_key_is_unique_for_its_job_and_account(job: Job, ada: int, ben: int) -> None:
    given: dict[str, Any] = {"job": job, "state": "FAILED", "created_at": NOON}
    JobStatus.objects.create(**given, set_by_id=ada, idempotency_key="k")
    JobStatus.objects.create(**given, set_by_id=ben, idempotency_key="k")
    for _ in range(2):
        JobStatus.objects.create(**given, set_by_id=ada, idempotency_key=None)
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        JobStatus.objects.create(**given, set_by_id=ada, idempotency_key="k")


def test_a_job_s_key_is_unique_for_its_creator(ada: int, ben: int) -> None:
    for creator in (ada, ben):
        Job.objects.create(**a_job(created_by_id=creator, idempotency_key="k"))
    for _ in range(2):
        Job.objects.create(**a_job(created_by_id=ada, idempotency_key=None))
    with unchanged_tables(), pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(**a_job(created_by_id=ada, idempotency_key="k"))


def test_the_counts_are_one_row(db: None) -> None:
    StateRollup.objects.get_or_create(id=1)
    with pytest.raises(IntegrityError, match="rollup_is_one_row"), transaction.atomic():
        StateRollup.objects.create(id=2)
    HourlyActivity.objects.create(hour=NOON, state="FAILED", entered=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        HourlyActivity.objects.create(hour=NOON, state="FAILED", entered=2)


def test_rows_tell_what_they_are(job: Job, entry: JobStatus) -> None:
    assert str(job) == "a job to be RUNNING (RUNNING)"
    assert str(entry) == f"{job.id}: PENDING -> RUNNING"
    assert str(StateRollup(position=7)) == "counts up to 7"
    assert str(HourlyActivity(hour=NOON, state="FAILED", entered=3)) == "2026-03-01 12h FAILED: 3"


def a_job(*, at: datetime = NOON, **values: Any) -> dict[str, Any]:
    """The columns of a job that may be, but for the values given."""
    return {
        "id": ids.mint(at, seed=str(uuid4())),
        "name": "a",
        "name_folded": "a",
        "state": "PENDING",
        "state_changed_at": at,
        "version": 1,
        "created_at": at,
        **values,
    }


def refused(statement: str) -> None:
    """Assert that the database refuses the statement and nothing of it stays."""
    with (
        unchanged_tables(),
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
