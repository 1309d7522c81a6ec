"""What the requests ask for: random jobs, legal moves, the row at a depth."""

import random
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

DEEP: Final = 500_000  # rows, or half of them where there are fewer
MOVES: Final = {
    "PENDING": "RUNNING",
    "RUNNING": "FAILED",
    "FAILED": "PENDING",
    "CANCELLED": "PENDING",
}
NARROW: Final = ("FAILED", "CANCELLED")
FEW: Final = 20_000  # jobs
PROBE: Final = """
SELECT DISTINCT found.id, found.state
  FROM unnest(%s::uuid[]) AS probe,
       LATERAL (SELECT id, state FROM jobs_job
                 WHERE id >= probe AND state = ANY (%s) ORDER BY id LIMIT 1) AS found
"""


class Sample(NamedTuple):
    """What one request is about; each item uses what it needs."""

    job_id: UUID | None = None
    state: str | None = None
    states: tuple[str, ...] = ()
    name: str = ""
    message: str | None = None
    depth: int = 0  # rows before the page, the last of which is job_id
    start: datetime | None = None
    end: datetime | None = None


class Tables:
    """The loaded tables, asked outside of what is measured."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.random = random.Random(7)  # noqa: S311 (the same jobs in every run)
        self.names = count()
        (self.oldest, self.newest, self.start, self.end), *_ = self._rows(
            "SELECT (SELECT id FROM jobs_job ORDER BY id LIMIT 1),"
            " (SELECT id FROM jobs_job ORDER BY id DESC LIMIT 1),"
            " (SELECT created_at FROM jobs_job ORDER BY id LIMIT 1),"
            " (SELECT created_at FROM jobs_job ORDER BY id DESC LIMIT 1)"
        )
        self.jobs: int = self._rows("SELECT count(*) FROM jobs_job")[0][0]
        depth = min(DEEP, self.jobs // 2)
        rows = self._rows("SELECT id FROM jobs_job ORDER BY id DESC OFFSET %s LIMIT 1", depth - 1)
        self.deep = Sample(job_id=rows[0][0], depth=depth)

    def random_jobs(self, number: int) -> list[Sample]:
        """Jobs in any state, each once; about so many."""
        found = self._probe(number, [*MOVES, "COMPLETED"])
        return [Sample(job_id=job_id) for job_id, _ in found]

    def random_moves(self, number: int) -> list[Sample]:
        """A legal move for each of about so many jobs, each once."""
        return [
            Sample(job_id=job_id, state=MOVES[state], message="Moved by the benchmark")
            for job_id, state in self._probe(number, list(MOVES))
        ]

    def new_names(self) -> Iterator[Sample]:
        """Names for new jobs, without end."""
        return (Sample(name=f"created-by-the-benchmark-{number}") for number in self.names)

    def narrow(self) -> Sample:
        """Two states, a tenth of the time, a prefix that half of the jobs have.

        Where there are few jobs, all of the time: fifty should be found.
        """
        span = self.end - self.start
        if self.jobs < FEW:
            return Sample(states=NARROW, start=self.start, end=self.end, name="train-")
        return Sample(
            states=NARROW,
            start=self.start + span * 0.6,
            end=self.start + span * 0.7,
            name="train-",
        )

    def _probe(self, number: int, states: list[str]) -> list[tuple[UUID, str]]:
        probes = [
            UUID(int=self.random.randint(self.oldest.int, self.newest.int)) for _ in range(number)
        ]
        found = self._rows(PROBE, probes, states)
        self.random.shuffle(found)
        return found

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()
