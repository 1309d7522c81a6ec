"""What an API token may do at most, whatever its account may."""

from collections.abc import Iterable
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Scope(StrEnum):
    """A part of the permissions of an account; written as OAuth writes scopes."""

    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"


PERMISSIONS: Final = MappingProxyType(
    {
        Scope.JOBS_READ: frozenset({"jobs.view_job", "jobs.view_jobstatus"}),
        Scope.JOBS_WRITE: frozenset({"jobs.add_job", "jobs.change_job", "jobs.add_jobstatus"}),
    }
)


def permitted(scopes: Iterable[Scope]) -> frozenset[str]:
    """The permissions that these scopes let through, named as "jobs.view_job"."""
    return frozenset().union(*(PERMISSIONS[scope] for scope in scopes))


def to_text(scopes: Iterable[Scope]) -> str:
    """The scopes as they are stored: in one order, each once, with a space between."""
    given = set(scopes)
    return " ".join(scope for scope in Scope if scope in given)


def from_text(text: str) -> tuple[Scope, ...]:
    """The scopes of a stored text."""
    return tuple(Scope(word) for word in text.split())
