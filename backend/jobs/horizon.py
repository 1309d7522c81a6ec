"""How far the log may be read: the position up to which no row is missing any more.

A log row takes its id before its transaction commits, so a reader that trusts the highest id it
sees loses the rows that commit later below it. On PostgreSQL the proof rests on the sequence's
lock: `nextval` holds it until its transaction ends. Whoever took an id up to the highest one seen
was holding that lock when it was seen; once every holder found after that read is gone, all those
ids are settled, and the next read has them. SQLite has one writer at a time, so there the highest
id is final as it is.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final, NamedTuple

from django.db import connection

from backend.database.sql import Sql, on_postgresql
from backend.database.steps import Query, Steps, asks
from backend.jobs.models import StateRollup

PATIENCE: Final = 0.25  # seconds that a reader waits for writers that are about to commit
STEP: Final = 0.002

# One statement: its snapshot is taken before pg_locks is read, as the proof demands.
OBSERVE: Final = """
SELECT (SELECT max(id) FROM jobs_jobstatus),
       ARRAY(SELECT l.virtualtransaction
               FROM pg_locks l
              WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.granted
                AND l.relation = pg_get_serial_sequence('jobs_jobstatus', 'id')::regclass
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND l.pid IS DISTINCT FROM pg_backend_pid())
"""
NEWEST: Final = "SELECT max(id) FROM jobs_jobstatus"


class Candidate(NamedTuple):
    """A position that becomes final once all its holders are gone."""

    position: int
    holders: frozenset[str]
    learned: int  # the moment, as Horizon counts them


@dataclass
class Horizon:
    """What one process knows of the final position. Thread-safe; it only ever moves forward."""

    final: int = 0
    _candidates: list[Candidate] = field(default_factory=list)
    _moments: Iterator[int] = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> int:
        """The moment at which an observation begins; `learn` wants it where threads share this."""
        with self._lock:
            return next(self._moments)

    def trust(self, position: int) -> int:
        """Take a position for final that another process has proved to be; the final position."""
        with self._lock:
            self.final = max(self.final, position)
            return self.final

    def learn(self, highest: int, holders: frozenset[str], begun: int | None = None) -> int:
        """Take in one observation; return the final position as it is known now.

        One that began before a candidate was learned knows nothing of that candidate's holders,
        and so can not tell that they are gone.
        """
        with self._lock:
            waiting = []
            for candidate in self._candidates:
                if begun is not None and begun < candidate.learned:
                    waiting.append(candidate)
                elif remaining := candidate.holders & holders:
                    waiting.append(candidate._replace(holders=remaining))
                else:
                    self.final = max(self.final, candidate.position)
            if not holders:
                self.final = max(self.final, highest)
            elif highest > self.final and all(known.position < highest for known in waiting):
                waiting.append(Candidate(highest, holders, next(self._moments)))
            # Only the oldest can ripen soon, only the newest is worth waiting for.
            self._candidates = waiting[:1] + waiting[1:][-1:]
            return self.final


_horizon = Horizon()


def final_position(*, patience: float = PATIENCE) -> int:
    """The log position up to which everything is committed and visible to the next statement.

    Waits up to `patience` seconds for transactions that hold earlier positions; a position proved
    before is the answer where they take longer.
    """
    if not on_postgresql():
        return newest_position()
    # To a transaction its own entries are final, but to nobody else: it keeps that to itself.
    known = Horizon(_horizon.final) if connection.in_atomic_block else _horizon
    highest, final = _look(known)
    deadline = time.monotonic() + patience
    while final < highest and time.monotonic() < deadline:
        time.sleep(STEP)
        _, final = _look(known)
    if not final and highest:
        # A process that has just started has proved nothing yet; another has, before.
        final = known.trust(_rolled_up())
    return final


@asks
def newest_position() -> Steps[int]:
    """The highest position that has committed; others below it may not have yet."""
    ((highest,),) = yield Query(Sql(NEWEST))
    return highest or 0


@asks
def settled_position() -> Steps[int | None]:
    """The highest position, where nothing can commit below it any more; None where something may.

    What is read after the call has everything up to there.
    """
    if not on_postgresql():
        return (yield from newest_position.steps())
    # Others are told, or the log would be shown to end before what this call has proved.
    known = Horizon() if connection.in_atomic_block else _horizon
    begun = known.begin()
    ((highest, holders),) = yield Query(Sql(OBSERVE))
    known.learn(highest or 0, frozenset(holders), begun)
    return None if holders else highest or 0


def known_final_position() -> int:
    """The final position as this process knows it already, without asking the database."""
    return _horizon.final


def _look(known: Horizon) -> tuple[int, int]:
    """Observe and learn: the highest position, and the final one."""
    begun = known.begin()
    highest, holders = _observe()
    return highest, known.learn(highest, holders, begun)


def _rolled_up() -> int:
    """Where the roll-up stands: it never goes beyond what was final."""
    return StateRollup.objects.filter(id=1).values_list("position", flat=True).first() or 0


def _observe() -> tuple[int, frozenset[str]]:
    ((highest, holders),) = Query(Sql(OBSERVE)).run()
    return highest or 0, frozenset(holders)
