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
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from backend.jobs.models import JobStatus

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
                AND l.pid <> pg_backend_pid())
"""


@dataclass
class Horizon:
    """What one process knows of the final position. Thread-safe; it only ever moves forward."""

    final: int = 0
    _candidates: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def learn(self, highest: int, holders: frozenset[str]) -> int:
        """Take in one observation; return the final position as it is known now."""
        with self._lock:
            waiting = []
            for position, blockers in self._candidates:
                remaining = blockers & holders
                if remaining:
                    waiting.append((position, remaining))
                else:
                    self.final = max(self.final, position)
            if not holders:
                self.final = max(self.final, highest)
            elif highest > self.final and all(position < highest for position, _ in waiting):
                waiting.append((highest, holders))
            # Only the oldest can ripen soon, only the newest is worth waiting for.
            self._candidates = waiting[:1] + waiting[1:][-1:]
            return self.final


_horizon = Horizon()


def final_position(*, patience: float = PATIENCE) -> int:
    """The log position up to which everything is committed and visible to the next statement.

    Waits up to `patience` seconds for transactions that hold earlier positions; a position proved
    before is the answer where they take longer.
    """
    if connection.vendor != "postgresql":
        newest = JobStatus.objects.order_by("-id").values_list("id", flat=True).first()
        return newest or 0
    highest, holders = _observe()
    final = _horizon.learn(highest, holders)
    deadline = time.monotonic() + patience
    while final < highest and time.monotonic() < deadline:
        time.sleep(STEP)
        final = _horizon.learn(*_observe())
    return final


def known_final_position() -> int:
    """The final position as this process knows it already, without asking the database."""
    return _horizon.final


def _observe() -> tuple[int, frozenset[str]]:
    with connection.cursor() as cursor:
        cursor.execute(OBSERVE)
        highest, holders = cursor.fetchone()
    return highest or 0, frozenset(holders)
