"""What a subscription follows: which entries of the log, and from where."""

from dataclasses import dataclass
from typing import Any, Self

from backend.events.feed import feed
from backend.jobs.filters import StatusFilter
from backend.jobs.records import StatusRecord
from backend.jobs.selectors.statuses import log_between
from schema.threads import in_thread

REPLAY = 500  # log rows read at once by a follower that is further behind than the feed's ring


@dataclass
class Following:
    """A place in the log, moved on batch by batch. Belongs to one stream."""

    where: StatusFilter
    position: int | None  # None: from now on

    async def join(self) -> None:
        """Begin: nothing that is committed from here on will be missed. Call `leave` in the end."""
        now = await feed().join()
        if self.position is None:
            self.position = now

    def leave(self) -> None:
        """Stop following."""
        feed().leave()

    def __aiter__(self) -> Self:
        """A subscription's source is something to iterate over; streams take whole batches."""
        return self

    async def __anext__(self) -> Any:
        """Not used: see schema.streams."""
        raise StopAsyncIteration


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries wanted within a stretch of the log that ends at `end`."""

    rows: list[StatusRecord]
    end: int


async def stretch(where: StatusFilter, after: int) -> Stretch | None:
    """What was published behind that position; None where there is nothing yet."""
    log = feed()
    if log.position is None or log.position <= after:
        return None
    rows = log.rows(after)
    if rows is not None:
        end = rows[-1].id if rows else log.position
        return Stretch([row for row in rows if where.admits(row)], end)
    end = log.position
    rows = await in_thread(log_between, where, after, end, REPLAY)
    return Stretch(rows, rows[-1].id if len(rows) == REPLAY else end)
