"""Write whole histories of jobs at once: the bulk sibling of create_job and set_job_status."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from backend.jobs import commits, ids
from backend.jobs.errors import InvalidInput, JobError
from backend.jobs.inputs import clean_message, clean_name
from backend.jobs.lifecycle import INITIAL, JobState, is_finished, may_move
from backend.jobs.services.bulk_rows import JobRow, StatusRow, insert_jobs, insert_statuses


class Entry(NamedTuple):
    """One change of a job's state. `at` is aware."""

    state: JobState
    at: datetime
    message: str | None = None
    set_by_id: int | None = None


class History(NamedTuple):
    """A job and everything that happened to it, oldest first.

    `job_id` is minted from the time of the first entry; the same id is the same job.
    """

    job_id: UUID
    name: str
    created_by_id: int | None
    entries: Sequence[Entry]


class InvalidHistory(JobError):
    """A history that no job can have. `history` is the one; nothing of its batch was written."""

    def __init__(self, history: History, message: str) -> None:
        super().__init__(f"Job {history.job_id}: {message}")
        self.history = history


class Recorded(NamedTuple):
    """What a batch added: the jobs that were not there before, and how many log entries."""

    job_ids: frozenset[UUID]
    entries: int


def record_histories(histories: Iterable[History]) -> Recorded:
    """Write the jobs that are not there yet, each with its history, in one transaction.

    A job that is there already, or comes twice, is left alone with its history: a repeated call
    writes nothing. The new log entries follow each other in the order of their times. One or two
    thousand jobs make a good batch.

    Raises InvalidHistory, before anything is written, where a history does not begin in PENDING,
    makes a move the lifecycle does not know, goes back in time, or carries a name or message that
    can not be accepted.
    """
    batch: dict[UUID, tuple[JobRow, list[StatusRow]]] = {}
    for history in histories:
        rows = _rows_of(history)
        batch.setdefault(history.job_id, rows)
    with transaction.atomic():
        inserted = insert_jobs(_in_key_order(batch))
        statuses = [row for job_id in batch if job_id in inserted for row in batch[job_id][1]]
        # Stable: entries of one job at the same time keep their order.
        statuses.sort(key=lambda row: row.created_at)
        insert_statuses(statuses)
        if statuses:
            commits.announce_on_commit()
    return Recorded(job_ids=inserted, entries=len(statuses))


def _in_key_order(batch: Mapping[UUID, tuple[JobRow, list[StatusRow]]]) -> list[JobRow]:
    """The jobs by id, so that two runs over the same jobs lock them in the same order."""
    return [batch[job_id][0] for job_id in sorted(batch)]


def _rows_of(history: History) -> tuple[JobRow, list[StatusRow]]:
    """The rows that hold the history, the job's denormalised from the last entry."""
    _require_legal(history)
    try:
        name = clean_name(history.name)
        messages = [clean_message(entry.message) for entry in history.entries]
    except InvalidInput as error:
        raise InvalidHistory(history, str(error)) from error
    statuses: list[StatusRow] = []
    previous: JobState | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    for entry, message in zip(history.entries, messages, strict=True):
        if entry.state is INITIAL:
            started_at = finished_at = None
        elif is_finished(entry.state):
            finished_at = entry.at
        else:
            started_at = entry.at
        statuses.append(
            StatusRow(history.job_id, entry.state, previous, message, entry.at, entry.set_by_id)
        )
        previous = entry.state
    newest = history.entries[-1]
    job = JobRow(
        id=history.job_id,
        name=name,
        name_folded=name.casefold(),
        state=newest.state,
        state_changed_at=newest.at,
        version=len(statuses),
        created_at=history.entries[0].at,
        started_at=started_at,
        finished_at=finished_at,
        created_by_id=history.created_by_id,
    )
    return job, statuses


def _require_legal(history: History) -> None:
    """Raise InvalidHistory unless a job can have lived like that."""
    entries = history.entries
    if not entries:
        raise InvalidHistory(history, "a history has at least one entry.")
    if entries[0].state is not INITIAL:
        raise InvalidHistory(history, f"a job begins in {INITIAL}, not in {entries[0].state}.")
    for entry in entries:
        if entry.at.utcoffset() is None:
            raise InvalidHistory(history, f"the time {entry.at} has no offset.")
    if ids.created_at(history.job_id) != entries[0].at:
        raise InvalidHistory(history, f"the id was not minted for {entries[0].at}.")
    for before, after in pairwise(entries):
        if not may_move(before.state, after.state):
            raise InvalidHistory(
                history, f"a job that is {before.state} can not become {after.state}."
            )
        if after.at < before.at:
            raise InvalidHistory(history, f"{after.state} at {after.at} comes before {before.at}.")
