"""Rows as the reads hand them out: no model instances.

A page of 50 jobs is 50 of these; building a model instance costs ten times as much and buys a
reader nothing. The names are the public field names in snake case.
"""

from datetime import datetime
from uuid import UUID

from backend.database.records import Record
from backend.jobs.lifecycle import JobState


class JobRecord(Record):
    """One job with its denormalised current state."""

    id: UUID
    name: str
    state: JobState
    state_changed_at: datetime
    version: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by_id: int | None

    @property
    def key(self) -> bytes:
        """The id as its 16 bytes."""
        key: bytes = self[0]
        return key


class StatusRecord(Record):
    """One entry of a job's history. `id` is its position in the log of all changes."""

    id: int
    job_id: UUID
    state: JobState
    previous_state: JobState | None
    message: str | None
    created_at: datetime
    set_by_id: int | None
    set_by_token_id: int | None = None

    @property
    def job_key(self) -> bytes:
        """The job's id as its 16 bytes."""
        key: bytes = self[1]
        return key
