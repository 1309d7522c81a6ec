"""Fill the tables with jobs that look lived in: most done, some failed, few at work.

`python -m tests.bench.data JOBS` migrates the database that POSTGRES_* name, loads it, counts it
and prepares what the peers need. About three history entries a job; fifty jobs have thousands.
"""

import os
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import django
from django.core.management import call_command
from django.db import connection

SQL: Final = Path(__file__).with_name("sql")
LONG_HISTORIES: Final = 50
LONG: Final = 2_000  # entries
TINY: Final = 20_000  # jobs; below this, long is a tenth as long
USERNAME: Final = "operator"
PASSWORD: Final = "only-for-the-throwaway-database"

P, R, C, F, X = "PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"
# How a job came to where it is, and how many of a thousand did so.
LIVES: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    (780, (P, R, C)),
    (50, (P, R, F, P, R, C)),
    (80, (P, R, F)),
    (50, (P, X)),
    (25, (P, R, X)),
    (9, (P,)),
    (6, (P, R)),
)
ACTIVE: Final = ((P, R), (P,))  # of the newest


class Life(NamedTuple):
    """A life as the loading statement reads it; positions count from 1."""

    states: list[str]
    started: int | None
    finished: bool

    @classmethod
    def of(cls, states: tuple[str, ...]) -> "Life":
        """Where the last run began, and whether it is over."""
        retried = len(states) - states[::-1].index(P)
        runs = [n for n, state in enumerate(states, 1) if state == R and n > retried]
        return cls(list(states), runs[-1] if runs else None, states[-1] in {C, F, X})


def load(jobs: int) -> None:
    """Load that many jobs into the empty tables, count them, and prepare the peers' needs."""
    from backend.accounts.roles import Role  # noqa: PLC0415 (needs settings)
    from backend.accounts.users import create_account  # noqa: PLC0415
    from backend.jobs import counts  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    actor = create_account(USERNAME, PASSWORD, Role.OPERATOR)
    with connection.cursor() as cursor:
        _insert_lives(cursor, LONG if jobs >= TINY else LONG // 10)
        indexes = _drop_indexes(cursor)
        statements = (SQL / "load.sql").read_text().split(";\n")
        values = {"jobs": jobs, "actor": actor.id, "long_histories": LONG_HISTORIES}
        for statement in filter(str.strip, statements):
            cursor.execute(statement, values if "%(" in statement else None)
        for index in indexes:
            cursor.execute(index)
        cursor.execute((SQL / "postgraphile.sql").read_text())
        cursor.execute("VACUUM ANALYZE")
    counts.advance()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _insert_lives(cursor: Any, long: int) -> None:
    """Number the lives from 0 to 999, then the two of active jobs, then the long one."""
    lives = [Life.of(states) for share, states in LIVES for _ in range(share)]
    lives += [Life.of(states) for states in ACTIVE]
    lives.append(Life.of((*(P, R, F) * (long // 3), *(P, R)[: long % 3])))
    cursor.execute(
        "CREATE TEMP TABLE life (number int PRIMARY KEY, states text[], started int, finished bool)"
    )
    cursor.executemany(
        "INSERT INTO life VALUES (%s, %s, %s, %s)",
        [(number, *life) for number, life in enumerate(lives)],
    )


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop what is faster built at the end; the statements that build it."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid IN ('jobs_job'::regclass, 'jobs_jobstatus'::regclass)"
        " AND NOT i.indisprimary"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    django.setup()
    load(int(sys.argv[1]))
