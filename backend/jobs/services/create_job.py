"""Create a job."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from backend.jobs import commits, ids
from backend.jobs.errors import IdempotencyConflict
from backend.jobs.inputs import clean_key, clean_name
from backend.jobs.lifecycle import INITIAL
from backend.jobs.models import Job, JobStatus
from backend.jobs.records import JobRecord
from backend.jobs.selectors.rows import JOB_COLUMNS, job_record


def create_job(
    *,
    name: str,
    actor_id: int,
    idempotency_key: str | None = None,
    api_token_id: int | None = None,
) -> JobRecord:
    """Create a job in PENDING, with the first entry of its history.

    `api_token_id` is the API token by which the account asks, if it does.

    Repeated with the same key by the same account, it returns the job of the first call and
    writes nothing, however many calls run at once and whatever restarts lie between.

    Raises InvalidInput for a name or key that can not be, IdempotencyConflict where the key was
    used for another name.
    """
    name, key = clean_name(name), clean_key(idempotency_key)
    if key is not None and (job := _created_with(actor_id, key)) is not None:
        return _same(job, name)
    try:
        with transaction.atomic():
            return _insert(name, actor_id, api_token_id, key, timezone.now())
    except IntegrityError:
        # Another call with the key was faster: the unique index made us wait for its commit.
        job = None if key is None else _created_with(actor_id, key)
        if job is None:
            raise
        return _same(job, name)


def _insert(
    name: str, actor_id: int, api_token_id: int | None, key: str | None, now: datetime
) -> JobRecord:
    record = JobRecord(
        id=ids.mint(now),
        name=name,
        state=INITIAL,
        state_changed_at=now,
        version=1,
        created_at=now,
        started_at=None,
        finished_at=None,
        created_by_id=actor_id,
    )
    Job.objects.create(**record._asdict(), name_folded=name.casefold(), idempotency_key=key)
    JobStatus.objects.create(
        job_id=record.id,
        state=INITIAL,
        previous_state=None,
        created_at=now,
        set_by_id=actor_id,
        set_by_token_id=api_token_id,
    )
    commits.announce_on_commit()
    return record


def _created_with(actor_id: int, key: str) -> JobRecord | None:
    row = (
        Job.objects.filter(created_by_id=actor_id, idempotency_key=key)
        .values_list(*JOB_COLUMNS)
        .first()
    )
    return None if row is None else job_record(row)


def _same(job: JobRecord, name: str) -> JobRecord:
    if job.name != name:
        raise IdempotencyConflict
    return job
