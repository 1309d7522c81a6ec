"""The log on SQLite: looked at often, from a thread of its own.

One writer at a time means that ids have no holes in commit order: the highest is final.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import ParamSpec, TypeVar

from django.db import connection

from backend.events.tail import Listener
from backend.jobs.models import JobStatus
from backend.jobs.records import StatusRecord

P = ParamSpec("P")
T = TypeVar("T")


class SQLiteTail:
    """The log on SQLite."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log-tail")

    @classmethod
    async def open(cls, _listener: Listener) -> "SQLiteTail":
        """Start the thread; it connects when first asked."""
        return cls()

    async def final_position(self) -> int:
        """See Tail."""
        return await self._in_thread(_highest)

    async def rows(self, after: int, upto: int, limit: int) -> list[StatusRecord]:
        """See Tail."""
        return await self._in_thread(_rows, after, upto, limit)

    def listening(self) -> AbstractContextManager[None]:
        """See Tail. Nothing can be heard here: the feed looks often enough."""
        return nullcontext()

    async def tell(self) -> None:
        """See Tail. Nobody can hear it: other processes poll."""

    async def aclose(self) -> None:
        """See Tail."""
        with suppress(Exception):
            await self._in_thread(_close)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: function(*args, **kwargs))


def _highest() -> int:
    newest = JobStatus.objects.order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def _close() -> None:
    connection.close()  # that of the thread which runs this


def _rows(after: int, upto: int, limit: int) -> list[StatusRecord]:
    rows = JobStatus.objects.filter(id__gt=after, id__lte=upto).order_by("id")
    return [StatusRecord(*row) for row in rows.values_list(*StatusRecord.columns)[:limit]]
