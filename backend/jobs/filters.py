"""Which jobs, or which entries of the log, a reader asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.jobs import ids
from backend.jobs.lifecycle import JobState
from backend.jobs.limits import NAME_LENGTH
from backend.jobs.models import Job, JobStatus
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

    def rows(self) -> QuerySet[Job]:
        """The jobs that meet every condition but the states."""
        condition = Q()
        if self.name_starts_with:
            condition &= Q(name_folded__startswith=self.name_starts_with.casefold())
        if self.name_contains:
            condition &= Q(name_folded__contains=self.name_contains.casefold())
        if self.created_at is not None:
            condition &= _created_in(self.created_at)
        if self.state_changed_at is not None:
            condition &= _within("state_changed_at", self.state_changed_at)
        if self.created_by_id is not None:
            condition &= Q(created_by_id=self.created_by_id)
        return Job.objects.filter(condition)


@dataclass(frozen=True, slots=True)
class StatusFilter:
    """All conditions must hold; None leaves one out; an empty list of states admits nothing."""

    job_id: UUID | None = None
    states: Sequence[JobState] | None = None

    def rows(self) -> QuerySet[JobStatus]:
        """The log entries that meet every condition but the states."""
        entries = JobStatus.objects.all()
        return entries if self.job_id is None else entries.filter(job_id=self.job_id)

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


def _created_in(span: TimeRange) -> Q:
    """A range of creation times is a range of ids: the primary key serves it."""
    condition = Q()
    if span.start is not None:
        condition &= Q(id__gte=ids.floor(span.start))
    if span.end is not None:
        condition &= Q(id__lt=ids.floor(span.end))
    return condition


def _within(column: str, span: TimeRange) -> Q:
    bounds: dict[str, Any] = {}
    if span.start is not None:
        bounds[f"{column}__gte"] = span.start
    if span.end is not None:
        bounds[f"{column}__lt"] = span.end
    return Q(**bounds)


def _require_nameable(field: str, text: str | None) -> None:
    if text is None:
        return
    if len(text) > NAME_LENGTH:
        msg = f"{field} has at most {NAME_LENGTH} characters, not {len(text):,}."
        raise InvalidFilter(msg)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        msg = f"{field} must be valid Unicode without null characters."
        raise InvalidFilter(msg)
