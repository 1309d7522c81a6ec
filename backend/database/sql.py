"""Statements in SQL, as text: the ORM compiles a statement anew each time, half a millisecond for a page."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection


class Sql(NamedTuple):
    """A statement, or a part of one: text with %s for each value.

    `by_value` is true where the best way to run it depends on the values much, such as on how many
    names begin so. PostgreSQL then plans it anew each time, with the values before its eyes; a plan
    for any value takes every LIKE to find next to nothing, and may read half a million names.
    """

    text: str
    values: tuple[Any, ...] = ()
    by_value: bool = False


def joined(separator: str, parts: Sequence[Sql]) -> Sql:
    """The parts as one."""
    return Sql(
        separator.join([part.text for part in parts]),
        tuple([value for part in parts for value in part.values]),
        any(part.by_value for part in parts),
    )


@cache
def on_postgresql() -> bool:
    """Whether the database is PostgreSQL, not SQLite; it stays what it is."""
    return connection.vendor == "postgresql"
