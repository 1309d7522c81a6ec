"""What a subscription follows: which entries of the log, and from where."""

from dataclasses import dataclass
from typing import NoReturn, Self

from backend.events.feed import feed
from backend.jobs.filters import StatusFilter
from backend.jobs.records import StatusRecord
from backend.jobs.selectors.statuses import log_between
from schema.database import ask

# Entries that are taken at once, and the characters of their messages: what one subscriber may
# keep in memory while it is being sent to, and how long all the others wait for it.
BATCH = 100
BATCH_CHARACTERS = 250_000


@dataclass(frozen=True, slots=True)
class Following:
    """Which entries of the log, after which position; None: from now on."""

    where: StatusFilter
    after: int | None

    def __aiter__(self) -> Self:
        """A subscription's source is something to iterate over; streams take whole batches."""
        return self

    async def __anext__(self) -> NoReturn:
        """Not used: see schema.streams."""
        raise StopAsyncIteration


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries wanted within a stretch of the log that ends at `end`."""

    rows: list[StatusRecord]
    end: int


async def stretch(where: StatusFilter, after: int, published: int) -> Stretch:
    """What is wanted of what was published behind a position, or of the first part of it."""
    rows = feed().rows(after, most=BATCH, characters=BATCH_CHARACTERS)
    if rows is not None:
        end = rows[-1].id if rows else published
        return Stretch([row for row in rows if where.admits(row)], end)
    rows = await ask(log_between, where, after, published, BATCH)
    return Stretch(rows, rows[-1].id if len(rows) == BATCH else published)
