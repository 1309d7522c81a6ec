"""What clients asked and what they heard: the record that the API's histories are held against."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from functools import cached_property
from typing import Final, NamedTuple


@unique
class Outcome(StrEnum):
    """What a client knows of a call."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"  # the job was in that state, or the key was seen before
    VERSION_CONFLICT = "version conflict"
    ILLEGAL = "illegal transition"
    KEY_CONFLICT = "idempotency conflict"
    NOT_SENT = "not sent"  # nobody listened: it can not have been carried out
    UNKNOWN = "unknown"  # the connection broke, or the server had a fault: it may have been


class Seen(NamedTuple):
    """A job as an answer told it."""

    id: str
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One time that a call was made. Times are in seconds, on the one clock of all clients."""

    outcome: Outcome
    start: float
    end: float
    job: Seen | None = None
    status: str | None = None  # the id of the entry that stands
    code: str | None = None  # of an error that says nothing of the outcome


@dataclass(slots=True)
class Call:
    """What was asked, and every time that it was.

    `mark` is in what was asked and in nothing else, the name of a job or the message of a change,
    so that what it wrote can be told. `job` and `state` are None where it creates a job.
    """

    mark: str
    by: str
    key: str | None = None
    job: str | None = None
    state: str | None = None
    expected: int | None = None
    heard: list[Heard] = field(default_factory=list)

    def outcomes(self) -> set[Outcome]:
        """Everything that was heard."""
        return {heard.outcome for heard in self.heard}


class Entry(NamedTuple):
    """An entry of the log, as the API lists it."""

    cursor: str
    id: str
    job: str
    name: str
    state: str
    previous: str | None
    message: str | None
    created_at: str
    by: str


class Job(NamedTuple):
    """A job as the API lists it; `entries` are the ids of its history, oldest first."""

    id: str
    name: str
    state: str
    version: int
    created_at: str
    state_changed_at: str
    started_at: str | None
    finished_at: str | None
    by: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """Everything there is, as the API tells it when nobody writes any more."""

    log: list[Entry]
    jobs: list[Job]
    counts: dict[str, int]
    total_jobs: int
    total_entries: int

    @cached_property
    def lives(self) -> dict[str, list[Entry]]:
        """The entries of each job, in the order of the log."""
        lives: dict[str, list[Entry]] = {}
        for entry in self.log:
            lives.setdefault(entry.job, []).append(entry)
        return lives


INITIAL: Final = "PENDING"
FINISHED: Final = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
# As the contract has them, and not as the code under test does.
MOVES: Final = {
    "PENDING": ("RUNNING", "CANCELLED", "FAILED"),
    "RUNNING": ("COMPLETED", "FAILED", "CANCELLED"),
    "COMPLETED": (),
    "FAILED": ("PENDING",),
    "CANCELLED": ("PENDING",),
}
