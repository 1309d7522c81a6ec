"""Wires: connections to PostgreSQL on which an event loop asks, and waits for nothing.

A statement by psycopg's asynchronous connection costs up to a tenth of a millisecond, most of it for
waiting: a reader is put on the socket and taken off again for each answer, and an object made for
each statement. A wire keeps its reader, talks to libpq through psycopg's own wrapper of it, and
takes a third of that: statements are prepared as they come again, and rows come in the binary
format.
"""

import asyncio
from functools import lru_cache
from itertools import count
from types import SimpleNamespace
from typing import Any, Final, Self

import psycopg
from django.db.utils import DatabaseErrorWrapper
from psycopg import AsyncConnection
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from backend.database.packed import adapt
from backend.database.sql import Sql

PREPARED_AT: Final = 2  # times that a statement was asked for
MOST_PREPARED: Final = 500  # on one wire; then it forgets all and begins anew
REMEMBERED: Final = 5_000  # statements that were counted
FAILED: Final = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE})

as_django: Final = DatabaseErrorWrapper(SimpleNamespace(Database=psycopg, errors_occurred=False))
"""Raises psycopg's errors as those of Django, as everything else in the application does."""


class Wire:
    """One connection, for one statement at a time. Each is a transaction of its own."""

    def __init__(self, connection: AsyncConnection[Any], *, prepares: bool) -> None:
        adapt(connection)
        self._connection = connection
        self._pg: Any = connection.pgconn
        self._pg.nonblocking = 1
        self._prepares = prepares
        self._transformer = Transformer(connection)
        self._asked: dict[tuple[str, Any], int] = {}
        self._prepared: dict[tuple[str, Any], bytes] = {}
        self._names = count()
        self._answer: asyncio.Future[PGresult] | None = None
        self._result: Any = None  # of the statement under way, which may have another to come
        self._freed: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._socket: int = self._pg.socket  # -1: no longer ours, but perhaps somebody else's
        self._loop.add_reader(self._socket, self.look)

    @classmethod
    async def open(cls, parameters: dict[str, Any], *, prepares: bool) -> Self:
        """Connect. Raises psycopg.OperationalError."""
        return cls(await AsyncConnection.connect(**parameters, autocommit=True), prepares=prepares)

    @property
    def is_open(self) -> bool:
        """Whether it may be asked."""
        return not self._connection.closed

    async def rows(self, statement: Sql) -> list[tuple[Any, ...]]:
        """The rows that a statement returns. Raises psycopg's errors.

        A statement that nobody waits for any more goes on all the same: see `free`.
        """
        text, values, _ = statement
        transformer = self._transformer
        dumped = transformer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types, formats = transformer.types or (), transformer.formats or ()
        key = (text, types)
        name = self._prepared.get(key)
        if name is None and self._prepares:
            name = await self._maybe_prepare(key)
        if name is None:
            self._pg.send_query_params(numbered(text), dumped, types, formats, Format.BINARY)
        else:
            self._pg.send_query_prepared(name, dumped, formats, Format.BINARY)
        result = await self._answered()
        if not result.nfields:
            return []
        transformer.set_pgresult(result, set_loaders=True, format=Format.BINARY)
        return transformer.load_rows(0, result.ntuples, tuple)

    @property
    def is_busy(self) -> bool:
        """Whether a statement is under way, though perhaps nobody waits for it any more."""
        return self._answer is not None

    async def free(self) -> None:
        """Wait until no statement is under way."""
        if self._answer is not None:
            self._freed = self._loop.create_future()
            await self._freed

    def close(self, because: Exception | None = None) -> None:
        """End the connection, or what is left of it where libpq has ended it."""
        socket, self._socket = self._socket, -1
        if socket >= 0 and not self._loop.is_closed():
            self._loop.remove_reader(socket)
            self._loop.remove_writer(socket)
        self._pg.finish()
        self._settle(because or psycopg.OperationalError("the connection is lost"))

    async def _maybe_prepare(self, key: tuple[str, Any]) -> bytes | None:
        """The name of the statement, prepared where it has come again."""
        asked = self._asked.get(key, 0) + 1
        if asked < PREPARED_AT:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            self._asked[key] = asked
            return None
        if len(self._prepared) >= MOST_PREPARED:
            self._prepared.clear()
            self._pg.send_query(b"DEALLOCATE ALL")
            await self._answered()
        text, types = key
        name = b"s%d" % next(self._names)
        self._pg.send_prepare(name, numbered(text), types)
        await self._answered()
        self._prepared[key] = name
        return name

    async def _answered(self) -> PGresult:
        """The answer to what was sent. Raises the error that it tells of."""
        answer: asyncio.Future[PGresult] = self._loop.create_future()
        self._answer = answer
        self._flush()
        result = await answer
        if result.status in FAILED:
            error = psycopg.errors.error_from_result(result, encoding="utf-8")
            if isinstance(error, psycopg.errors.FeatureNotSupported):
                self.close()  # a migration has changed what a prepared statement returns
            raise error
        return result

    def _flush(self) -> None:
        """Send what is left to be sent, when it can be."""
        try:
            left = self._pg.flush()
        except psycopg.Error as error:
            self.close(error)
            return
        if left:
            self._loop.add_writer(self._socket, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._socket)
        self._flush()

    def look(self) -> None:
        """Take in what has come, if anything: an answer, a part of one, or the end."""
        pg = self._pg
        try:
            pg.consume_input()
            # Each time libpq is asked whether it has the next part; it would wait for it otherwise.
            while self._answer is not None and not pg.is_busy():
                if (result := pg.get_result()) is None:
                    self._settle(self._result)
                else:
                    self._result = result
        except psycopg.Error as error:
            self.close(error)

    def _settle(self, outcome: PGresult | Exception) -> None:
        """Hand over what became of the statement under way, if anybody waits for it."""
        answer, self._answer, self._result = self._answer, None, None
        if answer is not None and not answer.done():
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
        if self._freed is not None:
            self._freed.set_result(None)
            self._freed = None


@lru_cache(maxsize=5_000)
def numbered(text: str) -> bytes:
    """The statement with $1, $2, ... where it has %s."""
    first, *others = text.split("%s")
    parts = [f"${number}{part}" for number, part in enumerate(others, start=1)]
    return "".join([first, *parts]).encode()
