"""A bound on how long operations may take: one timer for all that run, as hardly any meets it.

asyncio.timeout sets a timer for each, which costs 3 % of a page of jobs.
"""

import asyncio
from types import TracebackType
from typing import Final, Self
from weakref import WeakKeyDictionary

EVERY: Final = 1.0  # seconds between two looks at what runs


class Watch:
    """Looks now and then at what runs in one loop, while anything does.

    It keeps nothing of the loop, which would not be let go otherwise.
    """

    def __init__(self) -> None:
        self._running: set[within] = set()
        self._looks = False

    def begin(self, loop: asyncio.AbstractEventLoop, one: "within", seconds: float) -> float:
        """Watch over it; the time at which it is to end."""
        self._running.add(one)
        if not self._looks:
            self._looks = True
            loop.call_later(min(seconds, EVERY), self._look, loop)
        return loop.time() + seconds

    def end(self, one: "within") -> None:
        """Watch over it no more."""
        self._running.discard(one)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for one in list(self._running):
            if one.until <= now:
                self.end(one)
                one.interrupt()
        self._looks = bool(self._running)
        if self._looks:
            loop.call_later(EVERY, self._look, loop)


_watches: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Watch]] = WeakKeyDictionary()


class within:  # noqa: N801 (used as asyncio.timeout is)
    """Interrupts what a task does in it for longer than so many seconds, a second later at most.

    Raises TimeoutError then. A task that somebody else cancels is cancelled.
    """

    __slots__ = ("_cancelling", "_is_over", "_seconds", "_task", "_watch", "until")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            msg = "only a task can be interrupted"
            raise RuntimeError(msg)
        loop = task.get_loop()
        watch = _watches.get(loop)
        if watch is None:
            watch = _watches[loop] = Watch()
        self._task, self._watch = task, watch
        self._cancelling, self._is_over = task.cancelling(), False
        self.until = watch.begin(loop, self, self._seconds)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._watch.end(self)
        if (
            self._is_over
            and self._task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error

    def interrupt(self) -> None:
        """Its time is over."""
        self._is_over = True
        self._task.cancel()
