"""Create a job."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from backend.database.sql import Sql
from backend.database.steps import Query, Steps, asks
from backend.jobs import ids
from backend.jobs.errors import IdempotencyConflict
from backend.jobs.inputs import clean_key, clean_name
from backend.jobs.lifecycle import INITIAL
from backend.jobs.records import JobRecord
from backend.jobs.runs import matching
from backend.jobs.services.appending import Entry, append
from backend.jobs.tables import JOBS

COLUMNS: Final = (*JobRecord.columns, "name_folded", "idempotency_key")
INSERT: Final = f"""
INSERT INTO jobs_job ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))})
ON CONFLICT (created_by_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
"""  # noqa: S608 (names of ours)


@asks
def create_job(
    *,
    name: str,
    actor_id: int,
    idempotency_key: str | None = None,
    api_token_id: int | None = None,
) -> Steps[JobRecord]:
    """Create a job in PENDING, with the first entry of its history.

    `api_token_id` is the API token by which the account asks, if it does.

    Repeated with the same key by the same account, it returns the job of the first call and
    writes nothing, however many calls run at once and whatever restarts lie between.

    Raises InvalidInput for a name or key that can not be, IdempotencyConflict where the key was
    used for another name.
    """
    name, key = clean_name(name), clean_key(idempotency_key)
    job = _new(name, actor_id, timezone.now())
    entry = Entry(
        state=job.state,
        previous_state=None,
        message=None,
        created_at=job.created_at,
        set_by_id=actor_id,
        set_by_token_id=api_token_id,
        idempotency_key=None,
    )
    row = Sql(INSERT, (*job.values, name.casefold(), key))
    if (yield from append(row, entry)) is not None:
        return job
    # A call with the key was faster; the unique index made us wait until it had committed.
    return _same((yield from _created_with(actor_id, key)), name)


def _new(name: str, actor_id: int, now: datetime) -> JobRecord:
    return JobRecord(
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


def _created_with(actor_id: int, key: str | None) -> Steps[JobRecord]:
    made = [Sql("created_by_id = %s", (actor_id,)), Sql("idempotency_key = %s", (key,))]
    (row,) = yield Query(matching(JOBS, Sql(JOBS.selected), made), JobRecord.packings)
    job: JobRecord = JobRecord.of(row)
    return job


def _same(job: JobRecord, name: str) -> JobRecord:
    if job.name != name:
        raise IdempotencyConflict
    return job
