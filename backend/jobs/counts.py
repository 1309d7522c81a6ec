"""Exact counts at any size: a roll-up of the log, plus the few rows written since.

Writers pay nothing. Every log row knows the state it left and the state it entered, so the counts
per state at a position of the log, plus the moves after it, are the counts now. One statement
reads both, and so sees one moment. Readers advance the roll-up when the tail has grown long, by
compare-and-swap and only up to the final position of the log: a row that commits late below the
roll-up's position would never be counted.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import Count as CountRows
from django.db.models.functions import TruncHour

from backend.database.records import Table
from backend.database.sql import Sql, on_postgresql
from backend.database.steps import Call, Query, Steps, asks
from backend.jobs import horizon
from backend.jobs.filters import JobFilter, StatusFilter
from backend.jobs.lifecycle import JobState
from backend.jobs.models import JobStatus, StateRollup
from backend.jobs.runs import matching, one_of
from backend.jobs.tables import JOBS, STATUSES

LONG_TAIL: Final = 1_000
COUNTED_UP_TO: Final = 10_000

LONGEST_TAIL: Final = 100_000  # rows

READ: Final = """
SELECT r.jobs, r.entries, s.previous_state, s.state, count(s.id)
  FROM jobs_staterollup r
  LEFT JOIN jobs_jobstatus s ON s.id > r.position
 WHERE r.id = 1
 GROUP BY r.id, s.previous_state, s.state
"""
# The same where the tail is no longer than the limit. PostgreSQL does not know the position when it
# plans, and would take a third of the log for the tail and read all of it; it has to be told twice.
READ_BY_INDEX: Final = """
SELECT r.jobs, r.entries, s.previous_state, s.state, s.number
  FROM jobs_staterollup r
  LEFT JOIN LATERAL (
       SELECT previous_state, state, count(*) AS number
         FROM (SELECT previous_state, state
                 FROM jobs_jobstatus
                WHERE id > r.position
                ORDER BY id
                LIMIT {limit}) tail
        GROUP BY previous_state, state) s ON true
 WHERE r.id = 1
"""
ADD_ACTIVITY: Final = """
INSERT INTO jobs_hourlyactivity (hour, state, entered) VALUES (%s, %s, %s)
ON CONFLICT (hour, state) DO UPDATE SET entered = jobs_hourlyactivity.entered + excluded.entered
"""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; not `exact` means at least that many."""

    value: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Totals:
    """Jobs in each state, and log entries that entered each state, at one moment."""

    jobs: Mapping[JobState, int]
    entries: Mapping[JobState, int]


@asks
def totals() -> Steps[Totals]:
    """Both counts now, exact."""
    jobs, entries, tail = yield from _read()
    if tail > LONG_TAIL:
        yield Call(partial(advance, patience=0))
    return Totals(
        {state: jobs[state] for state in JobState}, {state: entries[state] for state in JobState}
    )


def total(totals: Totals, where: JobFilter) -> Count:
    """How many jobs are in the states of a filter that has nothing else."""
    return _sum(totals.jobs, where.states)


@asks
def count_jobs(where: JobFilter) -> Steps[Count]:
    """How many jobs the filter admits: exact for states alone, else counted up to 10,000."""
    if where.only_states:
        return total((yield from totals.steps()), where)
    return (yield from _bounded(JOBS, where.conditions(), where.states))


@asks
def count_log(where: StatusFilter) -> Steps[Count]:
    """How many log entries the filter admits: exact for states alone, else up to 10,000."""
    if where.job_id is None:
        return _sum((yield from totals.steps()).entries, where.states)
    return (yield from _bounded(STATUSES, where.conditions(), where.states))


def advance(*, patience: float = horizon.PATIENCE) -> bool:
    """Move the roll-up to the final position of the log; whether it moved.

    Safe to call at any time from any number of processes: one of them wins, the others change
    nothing. Waits up to `patience` seconds for writers that are about to commit.
    """
    final = horizon.final_position(patience=patience)
    with transaction.atomic():
        rollup = _rollup()
        behind = JobStatus.objects.filter(id__gt=rollup.position, id__lte=final)
        moves = list(
            behind.annotate(hour=TruncHour("created_at"))
            .values_list("hour", "previous_state", "state")
            .annotate(number=CountRows("id"))
            .order_by()
        )
        if not moves:
            return False
        jobs, entries = _applied(rollup.jobs, rollup.entries, [move[1:] for move in moves])
        won = StateRollup.objects.filter(id=1, position=rollup.position).update(
            position=final, jobs=jobs, entries=entries
        )
        if won:
            _add_activity(moves)
    return bool(won)


def _read() -> Steps[tuple[Counter[str], Counter[str], int]]:
    """Jobs per state, entries per state, and how many log rows the roll-up lags behind."""
    text = READ_BY_INDEX.format(limit=LONGEST_TAIL) if on_postgresql() else READ
    rows = yield Query(Sql(text))
    if not rows:
        yield Call(_rollup)
        rows = yield Query(Sql(text))
    moves = [row[2:] for row in rows if row[3] is not None]
    if (tail := sum(number for _, _, number in moves)) == LONGEST_TAIL:
        rows = yield Query(Sql(READ))
        moves = [row[2:] for row in rows]
    # SQLite has JSON as text.
    jobs, entries = (json.loads(each) if isinstance(each, str) else each for each in rows[0][:2])
    return (*_applied(jobs, entries, moves), tail)


def _rollup() -> StateRollup:
    """The one row, as it stands."""
    found = StateRollup.objects.filter(id=1).first()
    return found or StateRollup.objects.get_or_create(id=1)[0]


def _applied(
    jobs_then: Mapping[str, int],
    entries_then: Mapping[str, int],
    moves: Iterable[tuple[str | None, str, int]],
) -> tuple[Counter[str], Counter[str]]:
    jobs, entries = Counter(jobs_then), Counter(entries_then)
    for previous, state, number in moves:
        jobs[state] += number
        entries[state] += number
        if previous is not None:
            jobs[previous] -= number
    return jobs, entries


def _add_activity(moves: Iterable[tuple[datetime, str | None, str, int]]) -> None:
    """Add to the hours; within the transaction that won the roll-up, so each row counts once."""
    entered: Counter[tuple[datetime, str]] = Counter()
    for hour, _, state, number in moves:
        entered[hour, state] += number
    with connection.cursor() as cursor:
        cursor.executemany(
            ADD_ACTIVITY,
            [
                (connection.ops.adapt_datetimefield_value(hour), state, number)
                for (hour, state), number in sorted(entered.items())
            ],
        )


def _sum(numbers: Mapping[JobState, int], states: Iterable[JobState] | None) -> Count:
    return Count(sum(numbers[state] for state in (JobState if states is None else set(states))))


def _bounded(
    table: Table, conditions: Sequence[Sql], states: Sequence[JobState] | None
) -> Steps[Count]:
    if states is not None:
        conditions = [*conditions, one_of("state", sorted(set(states)))]
    found = matching(table, Sql("1"), conditions)
    bounded = f"SELECT count(*) FROM ({found.text} LIMIT {COUNTED_UP_TO + 1}) bounded"  # noqa: S608 (made of texts of ours)
    ((number,),) = yield Query(found._replace(text=bounded))
    return Count(min(number, COUNTED_UP_TO), exact=number <= COUNTED_UP_TO)
