"""Write a job's row and the entry of its history that tells of it: both, or neither."""

from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection, transaction

from backend.jobs.lifecycle import JobState
from backend.jobs.statements import Sql, encoded, fetch


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


def append(job: Sql, entry: Entry) -> int | None:
    """Run a statement that writes the row of one job at most, and append the entry to its history.

    The log position of the entry; None where the statement wrote no row, and so nothing was.
    """
    if connection.vendor == "postgresql":
        text = IN_ONE.format(job=job.text, columns=COLUMNS, places=PLACES)
        rows = fetch(Sql(text, (*job.values, *entry)))
        return int(rows[0][0]) if rows else None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{job.text} RETURNING id", encoded(job.values))
        written = cursor.fetchall()
        if not written:
            return None
        cursor.execute(APPEND, [written[0][0], *encoded(entry)])
        return int(cursor.lastrowid)
