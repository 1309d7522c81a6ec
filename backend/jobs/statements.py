"""Statements in SQL, with values and rows of Python's types whatever the database.

The ORM compiles a statement anew each time, half a millisecond for a page. These are text, which
PostgreSQL parses once for each connection, and whose rows come in its binary format: a time costs
a tenth of what reading it from text does.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_type_hints
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime
from psycopg.pq import Format

Decoder = Callable[[str], Any]


class Sql(NamedTuple):
    """A statement, or a part of one: text with %s for each value."""

    text: str
    values: tuple[Any, ...] = ()


class Table:
    """A table, and the columns that make a record: they bear the names of its fields."""

    def __init__(self, name: str, record: type) -> None:
        hints = get_type_hints(record)
        self.name = name
        self.columns = tuple(hints)
        self.selected = ", ".join(hints)
        self.decoders = tuple(_decoder(hint) for hint in hints.values())


def fetch(statement: Sql, decoders: Sequence[Decoder | None] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement returns.

    `decoders`, one a column, say what SQLite's text stands for: it knows neither times nor UUIDs.
    """
    text, values = statement
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor.format = Format.BINARY
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []
        cursor.execute(text, encoded(values))
        return [
            tuple(
                value if decode is None or value is None else decode(value)
                for value, decode in zip(row, (*decoders, *[None] * len(row)), strict=False)
            )
            for row in cursor.fetchall()
        ]


def rows_with(table: Table, ids: Collection[Any]) -> list[tuple[Any, ...]]:
    """The rows with these ids, in no order; what does not exist is left out."""
    if connection.vendor == "postgresql":
        condition, values = "id = ANY (%s)", (list(ids),)
    else:
        condition, values = f"id IN ({', '.join(['%s'] * len(ids))})", tuple(ids)
    text = f"SELECT {table.selected} FROM {table.name} WHERE {condition}"  # noqa: S608 (names of ours)
    return fetch(Sql(text, values), table.decoders)


def encoded(values: Iterable[Any]) -> list[Any]:
    """The values as Django stores them in SQLite: ids as hex digits, times as text in UTC."""
    return [
        value.hex
        if isinstance(value, UUID)
        else connection.ops.adapt_datetimefield_value(value)
        if isinstance(value, datetime)
        else value
        for value in values
    ]


def _decoder(hint: Any) -> Decoder | None:
    if hint == UUID:
        return UUID
    if hint in {datetime, datetime | None}:
        return _instant
    return None


def _instant(stored: str | datetime) -> datetime:
    # Where a column is declared to hold times, the driver has read it already.
    instant = stored if isinstance(stored, datetime) else parse_datetime(stored)
    if instant is None:
        msg = f"not a time: {stored!r}"
        raise ValueError(msg)
    return instant.replace(tzinfo=connection.timezone)
