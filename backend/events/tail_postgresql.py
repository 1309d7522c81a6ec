"""The log on PostgreSQL: a connection of its own, woken by NOTIFY where that gets through.

Behind a transaction pooler LISTEN is deaf; the feed's polling then does all the work.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg

from backend.database.packed import adapt
from backend.database.parameters import parameters
from backend.events.tail import Listener
from backend.jobs.horizon import OBSERVE, Horizon
from backend.jobs.records import StatusRecord
from backend.jobs.tables import STATUSES

APPLICATION: Final = "jobtrail-feed"  # as pg_stat_activity shows it
CHANNEL: Final = "jobtrail_log"
ROWS: Final = f"""
SELECT {STATUSES.selected}
  FROM jobs_jobstatus
 WHERE id > %s AND id <= %s
 ORDER BY id
 LIMIT %s
"""  # noqa: S608 (the columns are constants)


class PostgreSQLTail:
    """The log on PostgreSQL."""

    def __init__(self, link: psycopg.AsyncConnection[Any], listener: Listener) -> None:
        adapt(link)
        self._link = link
        self._listener = listener
        self._horizon = Horizon()
        self._own_pid = link.info.backend_pid
        link.add_notify_handler(self._heard)

    @classmethod
    async def open(cls, listener: Listener) -> "PostgreSQLTail":
        """Connect and listen."""
        given = parameters(APPLICATION)
        link = await psycopg.AsyncConnection.connect(**given, autocommit=True)
        tail = cls(link, listener)
        try:
            await link.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            await tail.aclose()
            raise
        return tail

    async def final_position(self) -> int | None:
        """See Tail."""
        cursor = await self._link.execute(OBSERVE)
        row = await cursor.fetchone()
        highest, holders = row or (None, ())
        final = self._horizon.learn(highest or 0, frozenset(holders))
        return final if final or not highest else None

    async def rows(self, after: int, upto: int, limit: int) -> list[StatusRecord]:
        """See Tail."""
        cursor = await self._link.execute(ROWS, (after, upto, limit), binary=True)
        return [StatusRecord.of(row) for row in await cursor.fetchall()]

    @contextmanager
    def listening(self) -> Iterator[None]:
        """See Tail. Between statements only a notification, or the end, makes the socket readable."""
        loop, socket = asyncio.get_running_loop(), self._link.fileno()
        loop.add_reader(socket, self._listener)
        try:
            yield
        finally:
            loop.remove_reader(socket)

    async def tell(self) -> None:
        """See Tail."""
        await self._link.execute(f"NOTIFY {CHANNEL}")

    async def aclose(self) -> None:
        """See Tail."""
        with suppress(psycopg.Error, OSError):
            await self._link.close()

    def _heard(self, notification: psycopg.Notify) -> None:
        """A notification that came with the answer to a statement, where no reader would see it."""
        if notification.pid != self._own_pid:
            self._listener()
