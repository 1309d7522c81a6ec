"""The one way from the event loop to the database."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what reads or writes the database, off the event loop.

    The connection goes back to the pool with the call: the thread ends with the request, and
    nothing else would return it. Within a transaction (of a test) it stays.
    """
    return await sync_to_async(_and_close, thread_sensitive=True)(function, *args, **kwargs)


def _and_close(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
