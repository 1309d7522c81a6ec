"""What a feed needs of a database: how far its log is final, the rows, and a sign of new ones."""

from typing import Protocol

from backend.jobs.records import StatusRecord


class Tail(Protocol):
    """One connection to the log, used by one task only.

    Any method may raise OSError or the driver's error where the connection is lost; the feed then
    closes the tail and opens another.
    """

    async def final_position(self) -> int | None:
        """The position up to which the log is final; None where that can not be told yet."""
        ...

    @property
    def unsettled(self) -> bool:
        """Whether rows were seen that are not final yet, so that it pays to look again soon."""
        ...

    async def rows(self, after: int, upto: int, limit: int) -> list[StatusRecord]:
        """The first `limit` rows within after < position <= upto, in order."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when another process says that it wrote, or after so many seconds."""
        ...

    async def tell(self) -> None:
        """Tell the feeds of other processes that this one wrote."""
        ...

    async def aclose(self) -> None:
        """Let go of the connection. Never raises."""
        ...
