"""Load the jobs of a workload into the database, batch by batch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from backend.accounts.users import accounts_for
from backend.jobs import counts
from backend.jobs.importers.workload import WorkloadJob
from backend.jobs.services.record_histories import Entry, History, record_histories

BATCH_SIZE: Final = 1_500  # jobs in one transaction: long enough to be fast, short enough to yield
COUNT_EVERY: Final = 50_000  # log entries


@dataclass
class Loader:
    """Writes batches of jobs, and keeps what it needs from one batch to the next.

    A job that is in the database already is left alone, so a run that was broken off can simply
    be repeated.
    """

    imported: int = 0
    present: int = 0
    entries: int = 0
    _accounts: dict[str, int] = field(default_factory=dict)
    _uncounted: int = 0

    def load(self, jobs: Iterable[WorkloadJob]) -> None:
        """Write these jobs and their histories in one transaction, creating missing accounts."""
        batch = list(jobs)
        self._learn_accounts({name for job in batch for name in _usernames(job)})
        recorded = record_histories(self._history(job) for job in batch)
        self.imported += len(recorded.job_ids)
        self.present += len(batch) - len(recorded.job_ids)
        self.entries += recorded.entries
        self._uncounted += recorded.entries
        if self._uncounted >= COUNT_EVERY:
            self.count()

    def count(self) -> None:
        """Let the counts catch up, so that no reader has to."""
        counts.advance()
        self._uncounted = 0

    def _learn_accounts(self, usernames: set[str]) -> None:
        unknown = usernames - self._accounts.keys()
        if unknown:
            self._accounts |= accounts_for(sorted(unknown))

    def _history(self, job: WorkloadJob) -> History:
        creator = self._accounts[job.username] if job.username else None
        return History(
            job_id=job.id,
            name=job.name,
            created_by_id=creator,
            entries=[
                Entry(state, at, message, self._accounts[by] if by else creator)
                for state, at, message, by in job.changes
            ],
        )


def in_batches(jobs: Iterable[WorkloadJob], size: int = BATCH_SIZE) -> Iterator[list[WorkloadJob]]:
    """The jobs in lists of that size, the last one shorter."""
    remaining = iter(jobs)
    while batch := list(islice(remaining, size)):
        yield batch


def _usernames(job: WorkloadJob) -> Iterator[str]:
    if job.username:
        yield job.username
    yield from (change.by for change in job.changes if change.by)
