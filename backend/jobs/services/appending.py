"""Write a job's row and the entry of its history that tells of it: both, or neither."""

from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from django.db import connection, transaction

from backend.database.sql import Sql, on_postgresql
from backend.database.steps import Call, Query, Steps, encoded
from backend.jobs import commits
from backend.jobs.lifecycle import JobState


class Entry(NamedTuple):
    """An entry to be appended: the field names are the column names."""

    state: JobState
    previous_state: JobState | None
    message: str | None
    created_at: datetime
    set_by_id: int | None
    set_by_token_id: int | None
    idempotency_key: str | None


COLUMNS: Final = ", ".join(("job_id", *Entry._fields))
PLACES: Final = ", ".join(["%s"] * len(Entry._fields))
# One statement is a transaction of its own: no BEGIN, no COMMIT, and no lock held in between.
IN_ONE: Final = """
WITH job AS ({job} RETURNING id)
INSERT INTO jobs_jobstatus ({columns}) SELECT id, {places} FROM job RETURNING id
"""
APPEND: Final = f"INSERT INTO jobs_jobstatus ({COLUMNS}) VALUES (%s, {PLACES})"  # noqa: S608 (names of ours)


def append(job: Sql, entry: Entry) -> Steps[int | None]:
    """Run a statement that writes the row of one job at most, and append the entry to its history.

    The log position of the entry; None where the statement wrote no row, and so nothing was.
    Whoever listens to the log in this process is told.
    """
    if on_postgresql():
        text = IN_ONE.format(job=job.text, columns=COLUMNS, places=PLACES)
        rows = yield Query(Sql(text, (*job.values, *entry)))
        position = rows[0][0] if rows else None
    else:
        position = yield Call(partial(_append_portably, job, entry))
    if position is not None:
        yield Call(commits.announce_on_commit, on_loop=commits.announce)
    return position


def _append_portably(job: Sql, entry: Entry) -> int | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{job.text} RETURNING id", encoded(job.values))
        written = cursor.fetchall()
        if not written:
            return None
        cursor.execute(APPEND, [written[0][0], *encoded(entry)])
        return int(cursor.lastrowid)
