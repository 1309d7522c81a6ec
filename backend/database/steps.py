"""Steps: functions that say what to ask the database, and leave the asking to their caller.

Such a function is written once, as a generator: it yields a step, gets its rows back, and returns
its result. Called as it is, each step runs on this thread's connection, as commands, tests and
threads want it. Its `steps` can be run by an event loop too, which waits for nothing meanwhile
(backend.database.wire).
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import update_wrapper
from typing import Any, Generic, NamedTuple, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime
from psycopg.pq import Format

from backend.database.packed import adapt
from backend.database.records import INSTANTS, UUIDS, Packing, Table, pack_instant
from backend.database.sql import Sql, on_postgresql

P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]


class Step(Protocol):
    """What can be asked; the generator gets its answer."""

    def run(self) -> Any:
        """Ask on this thread's connection."""
        ...


Steps = Generator[Step, Any, T]


class Query(NamedTuple):
    """A statement; the answer is its rows, with UUIDs and instants as records keep them.

    `packings`, one a column, say what SQLite's text stands for: it knows neither.
    """

    sql: Sql
    packings: Sequence[Packing | None] = ()

    def run(self) -> list[Row]:
        """Ask on this thread's connection."""
        text, values, by_value = self.sql
        with connection.cursor() as cursor:
            if on_postgresql():
                cursor.cursor.format = Format.BINARY
                adapt(cursor.cursor)
                with _not_prepared() if by_value else nullcontext():
                    cursor.execute(text, values)
                return cursor.fetchall() if cursor.description else []
            cursor.execute(text, encoded(values))
            packings = (*self.packings, *[None] * len(cursor.description or ()))
            return [_packed(row, packings) for row in cursor.fetchall()]


class Call(NamedTuple):
    """A call that is no statement, such as of what uses the ORM.

    An event loop calls `on_loop` instead, where there is one, and else the function in a thread.
    """

    function: Callable[[], Any]
    on_loop: Callable[[], Any] | None = None

    def run(self) -> Any:
        """Call it."""
        return self.function()


class Asking(Generic[P, T]):
    """A function of steps; calling it runs them on this thread's connection."""

    def __init__(self, function: Callable[P, Steps[T]]) -> None:
        self.steps = function
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the steps, one after the other."""
        steps, answer = self.steps(*args, **kwargs), None
        try:
            while True:
                answer = steps.send(answer).run()
        except StopIteration as end:
            result: T = end.value
            return result


def asks(function: Callable[P, Steps[T]]) -> Asking[P, T]:
    """Make a function of a generator of steps."""
    return Asking(function)


def rows_with(table: Table, ids: Iterable[Any]) -> Query:
    """Asks for the rows with these ids, in no order; what does not exist is left out."""
    wanted = list(ids)
    values: tuple[Any, ...] = tuple(wanted)
    if len(wanted) == 1:
        condition = "id = %s"
    elif on_postgresql():
        condition, values = "id = ANY (%s)", (wanted,)
    else:
        condition = f"id IN ({', '.join(['%s'] * len(wanted))})"
    text = f"SELECT {table.selected} FROM {table.name} WHERE {condition}"  # noqa: S608 (names of ours)
    return Query(Sql(text, values), table.record.packings)


def encoded(values: Iterable[Any]) -> list[Any]:
    """The values as Django stores them in SQLite: ids as hex digits, times as text in UTC."""
    return [
        value.hex
        if isinstance(value, UUID)
        else value.hex()
        if isinstance(value, bytes)
        else connection.ops.adapt_datetimefield_value(value)
        if isinstance(value, datetime)
        else value
        for value in values
    ]


@contextmanager
def _not_prepared() -> Iterator[None]:
    """Let psycopg prepare no statement on this thread's connection."""
    link = connection.connection
    threshold, link.prepare_threshold = link.prepare_threshold, None
    try:
        yield
    finally:
        link.prepare_threshold = threshold


def _packed(row: Row, packings: Sequence[Packing | None]) -> Row:
    return tuple(
        value
        if value is None
        else bytes.fromhex(value)
        if packing is UUIDS
        else _instant(value)
        if packing is INSTANTS
        else value
        for value, packing in zip(row, packings, strict=False)
    )


def _instant(stored: str | datetime) -> int:
    # Where a column is declared to hold times, the driver has read it already.
    instant = stored if isinstance(stored, datetime) else parse_datetime(stored)
    if instant is None:
        msg = f"not a time: {stored!r}"
        raise ValueError(msg)
    return pack_instant(instant.replace(tzinfo=connection.timezone))
