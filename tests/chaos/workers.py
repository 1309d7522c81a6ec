"""Clients that create jobs and fight over them, as many at once as one likes."""

import random
import threading
from collections import deque
from itertools import count
from typing import Final

from tests.chaos.callers import Caller
from tests.chaos.record import MOVES, Call, Heard, Outcome, Seen

CONTENDED: Final = 12  # jobs that all of them work on at a time
AFTER_A_FAILURE: Final = 0.05  # seconds
STATES: Final = tuple(MOVES)


class Board:
    """The jobs that everybody works on, as they were last seen."""

    def __init__(self) -> None:
        self._jobs: deque[Seen] = deque(maxlen=CONTENDED)
        self._lock = threading.Lock()

    def put(self, job: Seen) -> None:
        """Remember what an answer said of a job; a new one takes the place of the oldest."""
        with self._lock:
            for index, known in enumerate(self._jobs):
                if known.id == job.id:
                    if job.version > known.version:
                        self._jobs[index] = job
                    return
            if job.version == 1:
                self._jobs.append(job)

    def pick(self, chance: random.Random) -> Seen | None:
        """Any of them, if there is one."""
        with self._lock:
            return chance.choice(self._jobs) if self._jobs else None


class Worker(threading.Thread):
    """Makes one call after the other until done, some of them again and some in conflict."""

    def __init__(self, number: int, caller: Caller, board: Board) -> None:
        super().__init__(daemon=True)
        self.calls: list[Call] = []
        self.failure: Exception | None = None
        self.done = threading.Event()
        self._number = number
        self._caller = caller
        self._board = board
        self._chance = random.Random(number)  # noqa: S311 (a test's)
        self._marks = count()

    def run(self) -> None:
        """Until done, or something comes that no fault excuses."""
        try:
            self._caller.sign_in()
            while not self.done.is_set():
                self._see_through(self._next())
        except Exception as error:  # noqa: BLE001 (whoever joins us wants to know)
            self.failure = error
        finally:
            self._caller.close()

    def _next(self) -> Call:
        chance, mark = self._chance, f"{self._number}-{next(self._marks)}"
        job = self._board.pick(chance)
        key = None if chance.random() < 0.1 else f"key {mark}"
        if job is None or chance.random() < 0.15:
            return Call(mark, self._caller.username, key)
        targets = MOVES[job.state] if chance.random() < 0.9 else STATES
        return Call(
            mark,
            self._caller.username,
            key,
            job.id,
            chance.choice(targets or STATES),
            job.version if chance.random() < 0.6 else None,
        )

    def _see_through(self, call: Call) -> None:
        """Make the call, and again where its key allows: most who hear nothing try again."""
        heard = self._make(call)
        while heard.outcome in {Outcome.UNKNOWN, Outcome.NOT_SENT} and not self.done.is_set():
            self.done.wait(AFTER_A_FAILURE)
            if call.key is None or self._chance.random() < 0.2:
                return
            heard = self._make(call)
        if call.key is None or self._chance.random() > 0.1:
            return
        # A message delivered twice, or a key that is used for something else.
        self._make(call)
        other = Call(f"{call.mark} other", call.by, call.key, call.job, call.state, call.expected)
        if call.outcomes() & {Outcome.CREATED, Outcome.CHANGED}:
            self._make(other)

    def _make(self, call: Call) -> Heard:
        if not call.heard:
            self.calls.append(call)
        heard = self._caller.make(call)
        call.heard.append(heard)
        if heard.job is not None:
            self._board.put(heard.job)
        return heard
