"""Which jobs, or which entries of the log, a reader asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.database.sql import Sql, on_postgresql
from backend.jobs import ids
from backend.jobs.inputs import is_storable
from backend.jobs.lifecycle import JobState
from backend.jobs.limits import NAME_LENGTH
from backend.jobs.records import StatusRecord
from backend.jobs.runs import Among


class InvalidFilter(ValueError):
    """A filter that contradicts itself or can not be compared with."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Half-open: start <= t < end; None leaves that side open."""

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse an inverted range."""
        if self.start is not None and self.end is not None and self.start > self.end:
            msg = "A time range must not end before it starts."
            raise InvalidFilter(msg)


@dataclass(frozen=True, slots=True)
class JobFilter:
    """All conditions must hold; None leaves one out; an empty list of states admits nothing."""

    states: Sequence[JobState] | None = None
    name_starts_with: str | None = None
    name_contains: str | None = None
    created_at: TimeRange | None = None
    state_changed_at: TimeRange | None = None
    created_by_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse texts that no name can hold and no database can compare with."""
        _require_nameable("nameStartsWith", self.name_starts_with)
        _require_nameable("nameContains", self.name_contains)

    @property
    def only_states(self) -> bool:
        """Whether nothing but states is asked for, so that the maintained counts answer."""
        others = (
            self.name_starts_with or self.name_contains,
            self.created_at,
            self.state_changed_at,
            self.created_by_id,
        )
        return all(other in (None, "") for other in others)

    def conditions(self) -> list[Sql]:
        """What a job's row must meet, but for the states."""
        conditions = []
        if self.name_starts_with:
            conditions.append(_like(f"{_escaped(self.name_starts_with)}%"))
        if self.name_contains:
            conditions.append(_like(f"%{_escaped(self.name_contains)}%"))
        if self.created_at is not None:
            conditions += _created_in(self.created_at)
        if self.state_changed_at is not None:
            conditions += _within("state_changed_at", self.state_changed_at)
        if self.created_by_id is not None:
            conditions.append(Sql("created_by_id = %s", (self.created_by_id,)))
        return conditions


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """All conditions must hold; None leaves one out; an empty list of states admits nothing."""

    job_id: UUID | None = None
    states: Sequence[JobState] | None = None

    def conditions(self) -> list[Sql]:
        """What a log entry's row must meet, but for the states."""
        return [] if self.job_id is None else [Sql("job_id = %s", (self.job_id,))]

    def admits(self, entry: StatusRecord) -> bool:
        """Whether every condition holds for an entry that is at hand."""
        return (self.job_id is None or entry.job_id == self.job_id) and (
            self.states is None or entry.state in self.states
        )


def among_states(states: Sequence[JobState] | None) -> Among | None:
    """The condition that a row is in one of the states; None where any state will do."""
    if states is None or set(states) == set(JobState):
        return None
    return Among("state", [state.value for state in states])


def _like(pattern: str) -> Sql:
    """That the folded name is like the pattern, in which a backslash takes the meaning away.

    To PostgreSQL that is a matter of course; said aloud it would keep it from using the index.
    """
    escape = "" if on_postgresql() else r" ESCAPE '\'"
    return Sql(f"name_folded LIKE %s{escape}", (pattern,), by_value=True)


def _escaped(text: str) -> str:
    folded = text.casefold()
    return re.sub(r"([\\%_])", r"\\\1", folded)


def _created_in(span: TimeRange) -> list[Sql]:
    """A range of creation times is a range of ids: the primary key serves it."""
    conditions = []
    if span.start is not None:
        conditions.append(Sql("id >= %s", (ids.floor(span.start),), by_value=True))
    if span.end is not None:
        conditions.append(Sql("id < %s", (ids.floor(span.end),), by_value=True))
    return conditions


def _within(column: str, span: TimeRange) -> list[Sql]:
    conditions = []
    if span.start is not None:
        conditions.append(Sql(f"{column} >= %s", (span.start,), by_value=True))
    if span.end is not None:
        conditions.append(Sql(f"{column} < %s", (span.end,), by_value=True))
    return conditions


def _require_nameable(field: str, text: str | None) -> None:
    if text is None:
        return
    if len(text) > NAME_LENGTH:
        msg = f"{field} has at most {NAME_LENGTH} characters, not {len(text):,}."
        raise InvalidFilter(msg)
    if not is_storable(text):
        msg = f"{field} must be valid Unicode without null characters."
        raise InvalidFilter(msg)
