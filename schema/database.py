"""How resolvers ask the database: on wires where that can be, else in threads.

On PostgreSQL a function of steps (backend.database.steps) runs on the event loop itself: a thread
would cost more than most statements. Whatever uses the ORM, and everything on SQLite, runs in one.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings

from backend.database.sql import Sql, on_postgresql
from backend.database.steps import Asking, Call, Query, Steps
from backend.database.wire import Wire, as_django
from backend.database.wires import Wires
from backend.web.exchange import Exchange, current
from schema.threads import in_thread

P = ParamSpec("P")
T = TypeVar("T")

_wires: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Wires]] = WeakKeyDictionary()


async def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that asks the database."""
    if not isinstance(function, Asking) or not settings.DATABASE_WIRES or not on_postgresql():
        return await in_thread(function, *args, **kwargs)
    wires = wires_of_this_loop()
    with as_django:
        wire = await wires.take()
        try:
            result: T = await _run(function.steps(*args, **kwargs), wire, current())
        finally:
            wires.give_back(wire)
    return result


def wires_of_this_loop() -> Wires:
    """The wires of the loop that runs."""
    loop = asyncio.get_running_loop()
    found = _wires.get(loop)
    if found is None:
        found = _wires[loop] = Wires(settings.DATABASE_WIRES)
    return found


def close() -> None:
    """Close the wires of all loops. Others come when they are wanted."""
    for wires in list(_wires.values()):
        wires.close()
    _wires.clear()


async def _run(steps: Steps[T], wire: Wire, exchange: Exchange) -> T:
    answer: Any = None
    try:
        while True:
            step = steps.send(answer)
            if isinstance(step, Query):
                answer = await _noted(wire, step.sql, exchange)
            elif isinstance(step, Call):
                answer = step.on_loop() if step.on_loop else await in_thread(step.function)
    except StopIteration as end:
        result: T = end.value
        return result


async def _noted(wire: Wire, statement: Sql, exchange: Exchange) -> list[tuple[Any, ...]]:
    began = time.perf_counter()
    try:
        return await wire.rows(statement)
    finally:
        exchange.statements += 1
        exchange.database_time += time.perf_counter() - began
