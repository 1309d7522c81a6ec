"""The feed: one reader of the log for a whole process, however many follow it.

A task tails the log, publishes what has become final, and keeps the latest rows in a ring.
Followers hold nothing but a position: they take what is behind it from the ring, or from the
database where they have fallen further behind than the ring reaches, so there is no queue that a
slow one could fill. The database sees the same load for one follower as for ten thousand.
"""

import asyncio
import contextlib
import logging
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from typing import Final
from weakref import WeakKeyDictionary

from django.db import connection

from backend.events.tail import Opener, Tail
from backend.events.tail_postgresql import PostgreSQLTail
from backend.events.tail_sqlite import SQLiteTail
from backend.jobs import commits
from backend.jobs.records import StatusRecord

logger = logging.getLogger(__name__)

RING_ROWS: Final = 20_000
RING_CHARACTERS: Final = 16_000_000  # of messages
BACKLOG: Final = 5_000  # positions that a feed begins with, for those who come back after a restart
BATCH: Final = 1_000  # rows read at once
POLL: Final = 0.25  # seconds between looks at the log when nothing is heard
SOON: Final = 0.005  # the same where something has just happened; then less and less often
# A round every few milliseconds is enough for anybody. Publishing wakes every follower: the more
# there are, the more rows they get at once.
QUIET: Final = 0.005
QUIET_PER_FOLLOWER: Final = 0.00005
LONGEST_QUIET: Final = 0.1
TICK: Final = 1.0  # seconds that a follower hears nothing, at most
LINGER: Final = 30.0  # how long the task goes on without followers
LONGEST_RETRY: Final = 5.0


class Feed:
    """The log as this process follows it. Belongs to one event loop."""

    def __init__(self, open_tail: Opener) -> None:
        self.position: int | None = None  # the log is published up to here
        self.followers = 0
        self._open = open_tail
        self._ring: deque[StatusRecord] = deque()
        self._characters = 0
        self._beginning = 0  # the ring holds every row behind this position
        self._published = asyncio.Event()
        self._woken = asyncio.Event()
        self._wrote = False
        self._task: asyncio.Task[None] | None = None
        self._abandoned_at = 0.0

    def enter(self) -> None:
        """Begin to follow. Call `leave` in the end."""
        self.followers += 1
        if self._task is None or self._task.done():
            self.position = None
            self._task = asyncio.create_task(self._run(), name="log-feed")

    async def now(self) -> int:
        """The position to follow from: what commits from here on lies behind it.

        Takes as long as it takes to read the log for the first time.
        """
        while self.position is None:
            await self._published.wait()
        return self.position

    def leave(self) -> None:
        """Follow no longer."""
        self.followers -= 1
        self._abandoned_at = time.monotonic()

    async def heard(self) -> None:
        """Wait until something is published, or for a moment where nothing is.

        One clock for all: a timer for each follower would cost more than the rest of its wait.
        """
        await self._published.wait()

    def rows(self, after: int, *, most: int, characters: int) -> list[StatusRecord] | None:
        """What was published behind that position; None where the ring does not reach back so far.

        At most so many rows, and no more than fit into so many characters of messages, but one.
        """
        if after < self._beginning or self.position is None:
            return None
        start = bisect_right(self._ring, after, key=lambda row: row.id)
        rows: list[StatusRecord] = []
        for index in range(start, min(len(self._ring), start + most)):
            row = self._ring[index]
            characters -= len(row.message or "")
            if rows and characters < 0:
                break
            rows.append(row)
        return rows

    def hint(self) -> None:
        """This process wrote: look at the log now. To be called on the feed's loop only."""
        self._wrote = True
        self._woken.set()

    async def _run(self) -> None:
        """Tail the log for as long as somebody follows, through lost connections."""
        loop = asyncio.get_running_loop()
        stop_listening = commits.listen(lambda: _call_soon(loop, self.hint))
        ticking = asyncio.create_task(self._tick())
        failures = 0
        try:
            while not self._is_abandoned():
                began = time.monotonic()
                try:
                    async with aclosing(await self._open(self._woken.set)) as tail:
                        await self._follow(tail)
                except Exception as error:  # noqa: BLE001 (whatever it is, the next try may do)
                    failures = 1 if time.monotonic() - began > LONGEST_RETRY else failures + 1
                    logger.warning("the log can not be read, trying again: %r", error)
                    await asyncio.sleep(min(0.05 * 2**failures, LONGEST_RETRY))
        finally:
            stop_listening()
            ticking.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._wake()

    async def _follow(self, tail: Tail) -> None:
        pause = SOON
        while not self._is_abandoned():
            woken, before, began = self._woken.is_set(), self.position, time.monotonic()
            self._woken.clear()
            if self._wrote:
                self._wrote = False
                await tail.tell()
            final = await tail.final_position()
            if final is not None:
                await self._catch_up(tail, final)
            published = self.position != before
            # Where something happens, more is to come: rows not final yet, others' next writes.
            pause = SOON if woken or published else min(pause * 1.5, POLL)
            await self._rest(tail, pause, began + self._quiet(published=published))

    async def _catch_up(self, tail: Tail, final: int) -> None:
        """Publish what has become final; a feed that begins takes all but the latest for granted."""
        position = self.position
        if position is None:
            self._ring.clear()
            self._characters = 0
            self._beginning = position = max(final - BACKLOG, 0)
        while position < final:
            rows = await tail.rows(position, final, BATCH)
            position = final if len(rows) < BATCH else rows[-1].id
            self._keep(rows)
            if self.position is not None:
                self._publish(position)
        if self.position is None:
            self._publish(final)

    async def _rest(self, tail: Tail, seconds: float, earliest: float) -> None:
        """Until there is reason to look again, but not before `earliest`."""
        if not self._woken.is_set():
            with tail.listening(), contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
        remaining = earliest - time.monotonic()
        if remaining > 0:
            await asyncio.sleep(remaining)

    def _quiet(self, *, published: bool) -> float:
        """How long to leave everybody alone after a round, so that something else gets done."""
        followers = self.followers if published else 0
        return min(QUIET + followers * QUIET_PER_FOLLOWER, LONGEST_QUIET)

    def _keep(self, rows: list[StatusRecord]) -> None:
        for row in rows:
            self._ring.append(row)
            self._characters += len(row.message or "")
        while len(self._ring) > RING_ROWS or self._characters > RING_CHARACTERS:
            oldest = self._ring.popleft()
            self._characters -= len(oldest.message or "")
            self._beginning = oldest.id

    def _publish(self, position: int) -> None:
        self.position = position
        self._wake()

    def _wake(self) -> None:
        published, self._published = self._published, asyncio.Event()
        published.set()

    def _is_abandoned(self) -> bool:
        return self.followers <= 0 and time.monotonic() - self._abandoned_at > LINGER


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = WeakKeyDictionary()


def feed() -> Feed:
    """The feed of the running event loop, which is the feed of the process."""
    loop = asyncio.get_running_loop()
    found = _feeds.get(loop)
    if found is None:
        opener: Opener = (
            PostgreSQLTail.open if connection.vendor == "postgresql" else SQLiteTail.open
        )
        found = _feeds[loop] = Feed(opener)
    return found


def _call_soon(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has closed
        loop.call_soon_threadsafe(function)
