"""The wires of an event loop: as many as it may have, opened as they are wanted."""

import asyncio
from collections import deque
from typing import Final

from django.conf import settings

from backend.database.parameters import parameters
from backend.database.wire import Wire

APPLICATION: Final = "jobtrail"  # as pg_stat_activity shows it
# By then whoever asked has been told that it takes too long, and others want the wire.
GIVEN_UP: Final = "-c statement_timeout=20s"
LOOK: Final = 1.0  # seconds between two looks at wires that wait for an answer


class Wires:
    """Some wires, for one loop. Whoever comes first is served first."""

    def __init__(self, size: int, *, options: str = "") -> None:
        """`options` are those of the connections, as libpq takes them, beside the settings'."""
        self._size = size
        self._options = options
        self._open = 0
        self._idle: list[Wire] = []
        self._all: set[Wire] = set()
        self._waiting: deque[asyncio.Future[Wire | None]] = deque()
        self._freeing: set[asyncio.Task[None]] = set()
        self._looks = False

    async def take(self) -> Wire:
        """A wire for whoever asks, who gives it back. Raises psycopg.OperationalError."""
        self._look_later()
        while True:
            while self._idle:
                wire = self._idle.pop()  # the one used last: what it needs is in caches yet
                if wire.is_open:
                    return wire
                self._lose(wire)
            if self._open < self._size:
                return await self._connect()
            place: asyncio.Future[Wire | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                given = await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    if given := place.result():
                        self.give_back(given)
                    else:
                        self._hand_over(None)
                raise
            if given is not None and given.is_open:
                return given
            if given is not None:
                self._lose(given)

    def give_back(self, wire: Wire) -> None:
        """Let others have it; as soon as it is free, where a statement was left under way."""
        if wire.is_busy and wire.is_open:
            task = asyncio.create_task(self._give_back_when_free(wire))
            self._freeing.add(task)
            task.add_done_callback(self._freeing.discard)
        elif not wire.is_open:
            self._lose(wire)
        elif not self._hand_over(wire):
            self._idle.append(wire)

    def close(self) -> None:
        """Close those that are there; others come when they are wanted."""
        for wire in self._all:
            wire.close()

    async def _give_back_when_free(self, wire: Wire) -> None:
        await wire.free()
        self.give_back(wire)

    async def _connect(self) -> Wire:
        self._open += 1
        try:
            wire = await Wire.open(
                parameters(APPLICATION, f"{GIVEN_UP} {self._options}".strip()), prepares=_prepares()
            )
        except BaseException:
            self._open -= 1
            self._hand_over(None)  # it may have more luck
            raise
        self._all.add(wire)
        return wire

    def _look(self) -> None:
        """Have wires that wait look for themselves, for as long as any does.

        uvloop tells nothing more of a socket that was reset, as by a server that crashed.
        """
        self._looks = False
        for wire in list(self._all):
            if wire.is_busy:
                wire.look()
                self._look_later()

    def _look_later(self) -> None:
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(LOOK, self._look)

    def _lose(self, wire: Wire) -> None:
        """Forget a wire that is broken; whoever waits may open another one."""
        wire.close()
        self._all.discard(wire)
        self._open -= 1
        self._hand_over(None)

    def _hand_over(self, wire: Wire | None) -> bool:
        """Give the wire, or the right to open one, to whoever has waited longest."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(wire)
                return True
        return False


def _prepares() -> bool:
    options = settings.DATABASES["default"].get("OPTIONS", {})
    return options.get("prepare_threshold") is not None
