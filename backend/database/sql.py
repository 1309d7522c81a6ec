"""Statements in SQL, as text: the ORM compiles a statement anew each time, half a millisecond for a page."""

from functools import cache
from typing import Any, NamedTuple

from django.db import connection


class Sql(NamedTuple):
    """A statement, or a part of one: text with %s for each value."""

    text: str
    values: tuple[Any, ...] = ()


@cache
def on_postgresql() -> bool:
    """Whether the database is PostgreSQL, not SQLite; it stays what it is."""
    return connection.vendor == "postgresql"
