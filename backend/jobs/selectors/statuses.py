"""Reads of histories, and of the log that all of them together are."""

from collections import Counter
from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Final
from uuid import UUID

from backend.database.packed import Keys
from backend.database.sql import Sql, on_postgresql
from backend.database.steps import Call, Query, Steps, asks, rows_with
from backend.jobs import horizon
from backend.jobs.filters import StatusFilter, among_states
from backend.jobs.keyset import Page, Slice, Slices
from backend.jobs.orders import LOG
from backend.jobs.pages import read_page
from backend.jobs.records import JobRecord, StatusRecord
from backend.jobs.runs import matching, one_of
from backend.jobs.tables import JOBS, STATUSES

JOB_KEY: Final = itemgetter(StatusRecord.columns.index("job_id"))

# One index seek for each job. Numbering the rows with a window function instead would read every
# history whole: 284 ms against 0.5 ms for 50 jobs with 2,000 entries each.
HISTORIES: Final = """
SELECT h.*
  FROM unnest(%s::uuid[]) AS wanted(job_id)
 CROSS JOIN LATERAL (
       SELECT {columns}
         FROM jobs_jobstatus s
        WHERE s.job_id = wanted.job_id{bounds}
        ORDER BY id {direction}
        LIMIT {limit}) h
"""
# Of one job by itself: PostgreSQL plans this once, and the above for each number of jobs anew.
HISTORY: Final = """
SELECT {columns} FROM jobs_jobstatus WHERE job_id = %s{bounds} ORDER BY id {direction} LIMIT {limit}
"""
WITH_ITS_JOB: Final = """
SELECT {job}, h.*
  FROM jobs_job j
  LEFT JOIN LATERAL (
       SELECT {columns} FROM jobs_jobstatus WHERE job_id = j.id ORDER BY id DESC LIMIT {limit}
       ) h ON true
 WHERE j.id = %s
"""
WITH_ITS_JOB_PORTABLY: Final = """
SELECT {job}, {entry}
  FROM jobs_job j
  LEFT JOIN jobs_jobstatus s ON s.job_id = j.id
 WHERE j.id = %s
 ORDER BY s.id DESC
 LIMIT {limit}
"""
NUMBERED: Final = """
SELECT {columns} FROM ({rows}) numbered WHERE number <= {limit} ORDER BY job_id, number
"""


@asks
def histories(job_keys: Sequence[bytes], page: Page) -> Steps[Slices[StatusRecord]]:
    """The same page of the history of each job, newest first; every job asked for has an entry.

    The jobs are named by the 16 bytes of their ids (JobRecord.key).
    """
    keys = list(dict.fromkeys(job_keys))
    read = _histories_postgresql if on_postgresql() else _histories_portable
    rows = (yield read(keys, page)) if keys else ()
    entries = list(map(StatusRecord.of, rows))
    order = list(map(JOB_KEY, entries))
    sizes = Counter(order)
    if order != [key for key in keys for _ in range(sizes.get(key, 0))]:  # no database promises it
        places = {key: place for place, key in enumerate(keys)}
        entries.sort(key=lambda entry: places[entry.job_key])
    return Slices(keys, entries, [sizes.get(key, 0) for key in keys], page)


@asks
def job_with_history(
    job_id: UUID, size: int
) -> Steps[tuple[JobRecord, Slice[StatusRecord]] | None]:
    """A job and the newest entries of its history, in one statement; None where there is no job."""
    text = (WITH_ITS_JOB if on_postgresql() else WITH_ITS_JOB_PORTABLY).format(
        job=", ".join(f"j.{column}" for column in JOBS.columns),
        entry=", ".join(f"s.{column}" for column in STATUSES.columns),
        columns=STATUSES.selected,
        limit=size + 1,
    )
    rows = yield Query(Sql(text, (job_id,)), (*JobRecord.packings, *StatusRecord.packings))
    if not rows:
        return None
    width = len(JOBS.columns)
    entries = [StatusRecord.of(row[width:]) for row in rows if row[width] is not None]
    head = Slice(entries[:size], has_next=len(entries) > size, has_previous=False)
    return JobRecord.of(rows[0][:width]), head


@asks
def statuses_by_id(status_ids: Collection[int]) -> Steps[dict[int, StatusRecord]]:
    """The entries with these log positions; what does not exist is left out."""
    rows = yield rows_with(STATUSES, status_ids)
    return {row[0]: StatusRecord.of(row) for row in rows}


@asks
def log_page(where: StatusFilter, page: Page) -> Steps[Slice[StatusRecord]]:
    """One page of the log, oldest first, as far as it is final.

    What is not final yet is not shown: a reader that has seen a position has seen all before it.
    """
    horizon_known = horizon.known_final_position()
    if not page.backward and horizon_known:
        found = yield from _log_until(horizon_known, where, page)
        if len(found.rows) == page.size and found.has_next:
            return found
    final = yield Call(horizon.final_position)
    return (yield from _log_until(final, where, page))


@asks
def log_between(
    where: StatusFilter, after: int, upto: int, limit: int
) -> Steps[list[StatusRecord]]:
    """The first `limit` wanted entries within after < position <= upto, oldest first.

    `upto` must be final.
    """
    page = Page(size=limit, after=(after,))
    found = yield from _log_until(upto, where, page)
    return list(found.rows)


def _log_until(final: int, where: StatusFilter, page: Page) -> Steps[Slice[StatusRecord]]:
    among = among_states(where.states)
    # With a cursor this is a range, which might be short for all that PostgreSQL knows; it would
    # read all of it for the few rows of a state.
    end = Sql("id <= %s", (final,), by_value=among is not None)
    conditions = [*where.conditions(), end]
    return (yield from read_page(STATUSES, conditions, LOG, page, among=among))


def _histories_postgresql(job_keys: Sequence[bytes], page: Page) -> Query:
    bounds = _bounds(page)
    one = len(job_keys) == 1
    statement = (HISTORY if one else HISTORIES).format(
        columns=STATUSES.selected,
        bounds="".join(f" AND {bound.text}" for bound in bounds),
        direction="ASC" if page.backward else "DESC",
        limit=page.size + 1,
    )
    values = tuple(value for bound in bounds for value in bound.values)
    return Query(Sql(statement, (UUID(bytes=job_keys[0]) if one else Keys(job_keys), *values)))


def _histories_portable(job_keys: Sequence[bytes], page: Page) -> Query:
    number = (
        f"row_number() OVER (PARTITION BY job_id ORDER BY id {'ASC' if page.backward else 'DESC'})"
    )
    jobs = one_of("job_id", list(job_keys))
    numbered = matching(STATUSES, Sql(f"*, {number} AS number"), [jobs, *_bounds(page)])
    statement = NUMBERED.format(columns=STATUSES.selected, rows=numbered.text, limit=page.size + 1)
    return Query(Sql(statement, numbered.values), StatusRecord.packings)


def _bounds(page: Page) -> list[Sql]:
    bounds = []
    if page.after is not None:
        bounds.append(Sql("id < %s", page.after))
    if page.before is not None:
        bounds.append(Sql("id > %s", page.before))
    return bounds
