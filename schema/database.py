"""How resolvers ask the database: on wires where that can be, else in threads.

On PostgreSQL a function of steps (backend.database.steps) runs on the event loop itself: a thread
would cost more than most statements. Whatever uses the ORM, and everything on SQLite, runs in one.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Generic, NamedTuple, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings

from backend.database.sql import Sql, on_postgresql
from backend.database.steps import Asking, Call, Query, Steps
from backend.database.wire import as_django
from backend.database.wires import Wires
from backend.web.exchange import Exchange, current
from schema.threads import in_thread

P = ParamSpec("P")
T = TypeVar("T")

PLANNED_BY_VALUE: Final = "-c plan_cache_mode=force_custom_plan"


class Lines(NamedTuple):
    """The wires of a loop. On some of them PostgreSQL plans each statement by its values."""

    by_any_value: Wires
    by_value: Wires


_lines: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Lines]] = WeakKeyDictionary()


async def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that asks the database."""
    if not isinstance(function, Asking) or not settings.DATABASE_WIRES or not on_postgresql():
        return await in_thread(function, *args, **kwargs)
    with as_django:
        return await _run(function.steps(*args, **kwargs), current())


class Shared(Generic[T]):
    """An answer that is the same for everybody: one asking serves all who want it in one turn.

    It begins after the last of them came, so nobody is told of a time before.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._next: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[T]]
        self._next = WeakKeyDictionary()

    async def ask(self) -> T:
        """The answer, as of now or a little later."""
        loop = asyncio.get_running_loop()
        task = self._next.get(loop)
        if task is None:
            task = self._next[loop] = asyncio.create_task(self._in_the_next_turn(loop))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(task)

    async def _in_the_next_turn(self, loop: asyncio.AbstractEventLoop) -> T:
        await asyncio.sleep(0)
        del self._next[loop]
        return await ask(self._function)


def lines() -> Lines:
    """The wires of the loop that runs."""
    loop = asyncio.get_running_loop()
    found = _lines.get(loop)
    if found is None:
        size: int = settings.DATABASE_WIRES
        found = _lines[loop] = Lines(Wires(size), Wires(size, options=PLANNED_BY_VALUE))
    return found


def close() -> None:
    """Close the wires of all loops. Others come when they are wanted."""
    for found in list(_lines.values()):
        for wires in found:
            wires.close()
    _lines.clear()


async def _run(steps: Steps[T], exchange: Exchange) -> T:
    answer: Any = None
    try:
        while True:
            step = steps.send(answer)
            if isinstance(step, Query):
                answer = await _rows(step.sql, exchange)
            elif isinstance(step, Call):
                answer = step.on_loop() if step.on_loop else await in_thread(step.function)
    except StopIteration as end:
        result: T = end.value
        return result


async def _rows(statement: Sql, exchange: Exchange) -> list[tuple[Any, ...]]:
    wires = lines().by_value if statement.by_value else lines().by_any_value
    began = time.perf_counter()
    wire = await wires.take()
    try:
        return await wire.rows(statement)
    finally:
        wires.give_back(wire)
        exchange.statements += 1
        exchange.database_time += time.perf_counter() - began
