"""What one job of a workload trace becomes, whatever the format it was read from."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from backend.jobs import ids
from backend.jobs.lifecycle import JobState


class Change(NamedTuple):
    """One change of a job's state: when, why, and who caused it (none: whoever submitted it)."""

    state: JobState
    at: datetime
    message: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class WorkloadJob:
    """A job and what happened to it, oldest change first, legal by the lifecycle, times in UTC.

    `source` and `number` say where it came from; together with the time of submission they
    make its id, so that reading the same trace again gives the same jobs.
    """

    source: str
    number: str
    name: str
    username: str | None
    changes: tuple[Change, ...]

    @property
    def submitted_at(self) -> datetime:
        """When the job was submitted."""
        return self.changes[0].at

    @property
    def id(self) -> UUID:
        """The job's id, the same at every reading."""
        return ids.mint(self.submitted_at, seed=f"{self.source}#{self.number}")


class Rejection(NamedTuple):
    """A line that could not become a job: its number in the file, from 1, and why."""

    line: int
    reason: str


class BadLine(ValueError):
    """A line that can not become a job; str(error) says why."""


class UnreadableTrace(ValueError):
    """A trace that can not be read at all, or not any further; str(error) says why and what helps."""


class LineParser(Protocol):
    """Understands the lines of one format, in the order of the file."""

    def parse(self, line: str) -> WorkloadJob | None:
        """The job in the line; none where the line is not about a job (a comment, a job step).

        Raises BadLine where the line makes no sense, and UnreadableTrace where none will.
        """


def history_of_run(
    *,
    submitted_at: datetime,
    started_at: datetime | None,
    ended: Change | None,
    messages: tuple[str | None, str | None] = (None, None),
) -> tuple[Change, ...]:
    """The changes of a job that was tried once.

    `started_at` is none for a job that never ran, `ended` for one that is still open; `messages`
    go with its submission and its start.

    Raises BadLine where the times go backwards or begin before 1970, or where it completed without having run.
    """
    if submitted_at < ids.EPOCH:
        raise BadLine(f"it was submitted at {submitted_at}, before 1970")
    changes = [Change(JobState.PENDING, submitted_at, messages[0])]
    if started_at is not None:
        if started_at < submitted_at:
            raise BadLine(f"it started at {started_at}, before its submission at {submitted_at}")
        changes.append(Change(JobState.RUNNING, started_at, messages[1]))
    if ended is not None:
        if ended.state is JobState.COMPLETED and started_at is None:
            raise BadLine("it completed, but no start is known")
        if ended.at < changes[-1].at:
            raise BadLine(
                f"it ended at {ended.at}, before it was {changes[-1].state} at {changes[-1].at}"
            )
        changes.append(ended)
    return tuple(changes)
