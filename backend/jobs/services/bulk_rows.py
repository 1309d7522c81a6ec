"""Insert many rows in a few statements, the fastest way that each database offers.

On PostgreSQL one INSERT over arrays, which tells what it inserted, and COPY; on SQLite, where a
write transaction is alone, a look at what is there and prepared statements.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from backend.database.steps import encoded
from backend.jobs.lifecycle import JobState


class JobRow(NamedTuple):
    """A row of the jobs table: the field names are the column names."""

    id: UUID
    name: str
    name_folded: str
    state: JobState
    state_changed_at: datetime
    version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by_id: int | None


class StatusRow(NamedTuple):
    """A row of the log, whose id the database gives: the field names are the column names."""

    job_id: UUID
    state: JobState
    previous_state: JobState | None
    message: str | None
    created_at: datetime
    set_by_id: int | None


JOB_COLUMNS = ", ".join(JobRow._fields)
STATUS_COLUMNS = ", ".join(StatusRow._fields)

INSERT_JOBS = f"""
    INSERT INTO jobs_job ({JOB_COLUMNS})
    SELECT * FROM unnest(
        %s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::int[],
        %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::bigint[]
    )
    ON CONFLICT (id) DO NOTHING
    RETURNING id
"""  # noqa: S608 (column names of ours)
COPY_STATUSES = f"COPY jobs_jobstatus ({STATUS_COLUMNS}) FROM STDIN"

SQLITE_KNOWN_JOBS = "SELECT id FROM jobs_job WHERE id IN (SELECT value FROM json_each(%s))"
SQLITE_INSERT_JOB = (
    f"INSERT INTO jobs_job ({JOB_COLUMNS}) VALUES ({', '.join(['%s'] * len(JobRow._fields))})"  # noqa: S608
)
SQLITE_INSERT_STATUS = (
    f"INSERT INTO jobs_jobstatus ({STATUS_COLUMNS})"  # noqa: S608
    f" VALUES ({', '.join(['%s'] * len(StatusRow._fields))})"
)


def insert_jobs(rows: Sequence[JobRow]) -> frozenset[UUID]:
    """Insert the jobs whose ids are not taken; the ids of those that were inserted.

    Runs within the caller's transaction.
    """
    if not rows:
        return frozenset()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(INSERT_JOBS, [list(column) for column in zip(*rows, strict=True)])
            return frozenset(job_id for (job_id,) in cursor.fetchall())
        cursor.execute(SQLITE_KNOWN_JOBS, [json.dumps([row.id.hex for row in rows])])
        known = {UUID(hex_id) for (hex_id,) in cursor.fetchall()}
        new = [row for row in rows if row.id not in known]
        cursor.executemany(SQLITE_INSERT_JOB, [encoded(row) for row in new])
        return frozenset(row.id for row in new)


def insert_statuses(rows: Sequence[StatusRow]) -> None:
    """Append the entries to the log in the order given. Runs within the caller's transaction."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(COPY_STATUSES) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(SQLITE_INSERT_STATUS, [encoded(row) for row in rows])
