"""What a feed needs of a database: how far its log is final, the rows, and a sign of new ones."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Protocol

from backend.jobs.records import StatusRecord

Listener = Callable[[], None]
"""Called, on the event loop, when another process says that it wrote."""


class Tail(Protocol):
    """One connection to the log, used by one task only.

    Any method may raise OSError or the driver's error where the connection is lost; the feed then
    closes the tail and opens another.
    """

    async def final_position(self) -> int | None:
        """The position up to which the log is final; None where that can not be told yet."""
        ...

    async def rows(self, after: int, upto: int, limit: int) -> list[StatusRecord]:
        """The first `limit` rows within after < position <= upto, in order."""
        ...

    def listening(self) -> AbstractContextManager[None]:
        """Within this, call the listener as soon as another process says that it wrote.

        No other method may run within; what is heard while one does counts too.
        """
        ...

    async def tell(self) -> None:
        """Tell the feeds of other processes that this one wrote."""
        ...

    async def aclose(self) -> None:
        """Let go of the connection. Never raises."""
        ...


Opener = Callable[[Listener], Awaitable[Tail]]
