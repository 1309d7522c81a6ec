"""Move a job to another state."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backend.jobs import commits
from backend.jobs.errors import (
    IdempotencyConflict,
    IllegalTransition,
    JobNotFound,
    VersionConflict,
)
from backend.jobs.inputs import clean_key, clean_message
from backend.jobs.lifecycle import INITIAL, JobState, is_finished, may_move
from backend.jobs.models import Job, JobStatus
from backend.jobs.records import JobRecord, StatusRecord
from backend.jobs.selectors.rows import (
    JOB_COLUMNS,
    STATUS_COLUMNS,
    job_record,
    status_record,
)


class StatusChange(NamedTuple):
    """What stands after the call: the job, the entry of its history, and whether it is new."""

    job: JobRecord
    status: StatusRecord
    changed: bool


def set_job_status(
    *,
    job_id: UUID,
    state: JobState,
    actor_id: int,
    message: str | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    api_token_id: int | None = None,
) -> StatusChange:
    """Append to the job's history and move the job with it, in one transaction.

    `api_token_id` is the API token by which the account asks, if it does.

    Writes nothing, and says so by `changed`, where the job is in that state already or where the
    account has used the key on this job before; `status` is then the entry that stands.

    Raises InvalidInput, JobNotFound, IdempotencyConflict (the key was used for another state or
    message), VersionConflict (`expected_version` is not the job's) and IllegalTransition, checked
    in this order. Nothing is written when it raises.
    """
    message, key = clean_message(message), clean_key(idempotency_key)
    with transaction.atomic():
        job = _locked(job_id)
        if key is not None and (seen := _written_with(job_id, actor_id, key)) is not None:
            if (seen.state, seen.message) != (state, message):
                raise IdempotencyConflict
            return StatusChange(job, seen, changed=False)
        if expected_version is not None and expected_version != job.version:
            raise VersionConflict(job, expected_version)
        if state == job.state:
            return StatusChange(job, _newest(job_id), changed=False)
        if not may_move(job.state, state):
            raise IllegalTransition(job, state)
        # Never before the entry it follows, even where two machines' clocks disagree.
        at = max(timezone.now(), job.state_changed_at)
        moved = after_move(job, state, at)
        entry = JobStatus.objects.create(
            job_id=job_id,
            state=state,
            previous_state=job.state,
            message=message,
            created_at=at,
            set_by_id=actor_id,
            set_by_token_id=api_token_id,
            idempotency_key=key,
        )
        Job.objects.filter(id=job_id).update(
            state=moved.state,
            state_changed_at=moved.state_changed_at,
            version=moved.version,
            started_at=moved.started_at,
            finished_at=moved.finished_at,
        )
        commits.announce_on_commit()
    status = StatusRecord(entry.id, job_id, state, job.state, message, at, actor_id, api_token_id)
    return StatusChange(moved, status, changed=True)


def after_move(job: JobRecord, state: JobState, at: datetime) -> JobRecord:
    """The job as one more entry of its history makes it. A retry clears when it ran."""
    started_at = None if state == INITIAL else job.started_at
    return job._replace(
        state=state,
        state_changed_at=at,
        version=job.version + 1,
        started_at=at if state == JobState.RUNNING else started_at,
        finished_at=at if is_finished(state) else None,
    )


def _locked(job_id: UUID) -> JobRecord:
    """The job, held against other writers until the transaction ends.

    `no_key` lets entries of other transactions go on referring to the job meanwhile. SQLite has
    taken its one write lock already.
    """
    row = (
        Job.objects.select_for_update(no_key=True)
        .filter(id=job_id)
        .values_list(*JOB_COLUMNS)
        .first()
    )
    if row is None:
        raise JobNotFound
    return job_record(row)


def _written_with(job_id: UUID, actor_id: int, key: str) -> StatusRecord | None:
    entries = JobStatus.objects.filter(job_id=job_id, set_by_id=actor_id, idempotency_key=key)
    row = entries.values_list(*STATUS_COLUMNS).first()
    return None if row is None else status_record(row)


def _newest(job_id: UUID) -> StatusRecord:
    entries = JobStatus.objects.filter(job_id=job_id).order_by("-id")
    return status_record(entries.values_list(*STATUS_COLUMNS)[0])
