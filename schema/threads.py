"""The ways from the event loop to the database: threads that keep their connections.

A thread for each request, as Django has it, costs a millisecond: the thread, Django's wrapper of a
connection, and a connection from the pool, for every request anew. These threads live as long as
the process, and so do their connections, of which there are no more than threads.
"""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from functools import partial
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from backend.web.exchange import Exchange, current

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Some threads, each with its own connection to the database."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._own = threading.local()
        self._breaks = itertools.count(1)
        self._generation = 0  # counts the times that a connection was found broken

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that reads or writes the database."""
        if not settings.DATABASE_THREADS:
            return await sync_to_async(function, thread_sensitive=True)(*args, **kwargs)
        call = partial(self._call, partial(function, *args, **kwargs), current())
        return await asyncio.get_running_loop().run_in_executor(self._executor(), call)

    def close(self) -> None:
        """End the threads and their connections. They come back when they are needed."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._generation = next(self._breaks)
        if pool is not None:
            everybody = threading.Barrier(pool._max_workers)  # noqa: SLF001 (there is no other way to reach each thread once)
            for _ in range(pool._max_workers):  # noqa: SLF001
                pool.submit(_disconnect_together, everybody)
            pool.shutdown()

    def _executor(self) -> ThreadPoolExecutor:
        if self._pool is None:
            with self._lock:
                if self._pool is None:
                    self._pool = ThreadPoolExecutor(settings.DATABASE_THREADS, self._name)
        return self._pool

    def _call(self, work: Callable[[], T], exchange: Exchange) -> T:
        self._own.exchange = exchange
        # Where one connection broke, all have, most likely: the database was restarted. Better to
        # connect anew than to let each thread fail one request.
        if getattr(self._own, "generation", None) != self._generation:
            self._own.generation = self._generation
            connections.close_all()
            connections[DEFAULT_DB_ALIAS].execute_wrappers[:] = [self._noted]
        try:
            return work()
        except (OperationalError, InterfaceError):
            if any(_is_broken(alias) for alias in connections):
                self._generation = next(self._breaks)
            raise

    def _noted(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Run a statement on behalf of the exchange that this thread works for now."""
        exchange: Exchange = self._own.exchange
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            exchange.statements += 1
            exchange.database_time += time.perf_counter() - began


def _is_broken(alias: str) -> bool:
    connection = connections[alias]
    return connection.connection is not None and not connection.is_usable()


def _disconnect_together(everybody: threading.Barrier) -> None:
    everybody.wait(10)
    connections.close_all()


database = Threads("database")
hashing = Threads(
    "hashing"
)  # of passwords: a tenth of a second each, which no read should wait for


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what reads or writes the database, off the event loop."""
    return await database.run(function, *args, **kwargs)


def apart(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Run it outside the request that wants it first: it may outlive that, and others may want it."""
    return asyncio.create_task(work, context=Context())
