"""Move a job to another state."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.utils import timezone

from backend.database.sql import Sql
from backend.database.steps import Query, Steps, asks, rows_with
from backend.jobs.errors import (
    IdempotencyConflict,
    IllegalTransition,
    JobNotFound,
    VersionConflict,
)
from backend.jobs.inputs import clean_key, clean_message
from backend.jobs.lifecycle import INITIAL, JobState, is_finished, may_move
from backend.jobs.records import JobRecord, StatusRecord
from backend.jobs.services.appending import Entry, append
from backend.jobs.tables import JOBS, STATUSES

# Both in one statement: what was read a moment apart may not have stood together.
LOOK: Final = f"""
SELECT {", ".join(f"j.{column}" for column in JOBS.columns)},
       {", ".join(f"s.{column}" for column in STATUSES.columns)}
  FROM jobs_job j
  LEFT JOIN jobs_jobstatus s ON s.job_id = j.id AND {{entry}}
 WHERE j.id = %s
"""  # noqa: S608 (names of ours)
MADE_WITH: Final = "s.set_by_id = %s AND s.idempotency_key = %s"
NEWEST: Final = "s.id = (SELECT max(id) FROM jobs_jobstatus WHERE job_id = j.id)"
MOVE: Final = """
UPDATE jobs_job
   SET state = %s, state_changed_at = %s, version = %s, started_at = %s, finished_at = %s
 WHERE id = %s AND version = %s
"""


class StatusChange(NamedTuple):
    """What stands after the call: the job, the entry of its history, and whether it is new."""

    job: JobRecord
    status: StatusRecord
    changed: bool


@asks
def set_job_status(
    *,
    job_id: UUID,
    state: JobState,
    actor_id: int,
    message: str | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
    api_token_id: int | None = None,
) -> Steps[StatusChange]:
    """Append to the job's history and move the job with it, in one transaction.

    `api_token_id` is the API token by which the account asks, if it does.

    Writes nothing, and says so by `changed`, where the job is in that state already or where the
    account has used the key on this job before; `status` is then the entry that stands.

    Raises InvalidInput, JobNotFound, IdempotencyConflict (the key was used for another state or
    message), VersionConflict (`expected_version` is not the job's) and IllegalTransition, checked
    in this order. Nothing is written when it raises.
    """
    message, key = clean_message(message), clean_key(idempotency_key)
    made_with = None if key is None else Sql(MADE_WITH, (actor_id, key))
    while True:
        job, seen = yield from _look(job_id, made_with)
        if seen is not None:
            if (seen.state, seen.message) != (state, message):
                raise IdempotencyConflict
            return StatusChange(job, seen, changed=False)
        if expected_version is not None and expected_version != job.version:
            raise VersionConflict(job, expected_version)
        if state == job.state:
            stands, newest = yield from _look(job_id, Sql(NEWEST))
            if newest is not None and stands.version == job.version:
                return StatusChange(stands, newest, changed=False)
            continue  # it has moved meanwhile, and may have come back to the state
        if not may_move(job.state, state):
            raise IllegalTransition(job, state)
        # Never before the entry it follows, even where two machines' clocks disagree.
        at = max(timezone.now(), job.state_changed_at)
        moved = after_move(job, state, at)
        entry = Entry(state, job.state, message, at, actor_id, api_token_id, key)
        position = yield from append(_move(job, moved), entry)
        if position is not None:
            status = StatusRecord(
                position, job_id, state, job.state, message, at, actor_id, api_token_id
            )
            return StatusChange(moved, status, changed=True)
        # Another writer moved the job after we had looked: look again.


def after_move(job: JobRecord, state: JobState, at: datetime) -> JobRecord:
    """The job as one more entry of its history makes it. A retry clears when it ran."""
    started_at = None if state == INITIAL else job.started_at
    return job.replace(
        state=state,
        state_changed_at=at,
        version=job.version + 1,
        started_at=at if state == JobState.RUNNING else started_at,
        finished_at=at if is_finished(state) else None,
    )


def _move(job: JobRecord, moved: JobRecord) -> Sql:
    """Moves the job, unless another writer has moved it since: each move counts its version up.

    The row is locked from here to the end of the transaction, so one of several writers wins.
    """
    changed = (moved.state, moved.state_changed_at, moved.version)
    return Sql(MOVE, (*changed, moved.started_at, moved.finished_at, job.id, job.version))


def _look(job_id: UUID, entry: Sql | None) -> Steps[tuple[JobRecord, StatusRecord | None]]:
    """The job and an entry of its history, if it has that one, at one moment."""
    if entry is None:
        rows = yield rows_with(JOBS, [job_id])
    else:
        text = LOOK.format(entry=entry.text)
        packings = (*JobRecord.packings, *StatusRecord.packings)
        rows = yield Query(Sql(text, (*entry.values, job_id)), packings)
    if not rows:
        raise JobNotFound
    (row,) = rows
    width = len(JOBS.columns)
    found = row[width:]
    return JobRecord.of(row[:width]), StatusRecord.of(found) if found and found[0] else None
