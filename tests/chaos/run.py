"""A run: clients at work, one fault after the other, and a verdict on every single call."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple

from backend.jobs.replay.client import Client, Credentials
from tests.chaos import checker
from tests.chaos.followers import Follower
from tests.chaos.memory import Course, Sampler, course
from tests.chaos.reading import everything
from tests.chaos.record import Call, Found, Outcome
from tests.chaos.scene import ACCOUNTS, Scene, scene
from tests.chaos.workers import Board, Worker

PATIENCE: Final = 90.0  # seconds until everybody has to be done


class Fault(NamedTuple):
    """Something to break: when, as a part of the whole time, and how."""

    when: float
    name: str
    cause: Callable[[Scene], None]


@dataclass(frozen=True)
class Report:
    """What came of it."""

    calls: list[Call]
    found: Found
    complaints: list[str]
    recoveries: dict[str, list[float]]  # seconds
    returns: list[int]  # of each follower
    memory: list[Course]  # of each server
    slowest: float  # seconds that a client waited for an answer, or for less
    seconds: float
    disk_full: bool  # whether that could be tried here

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How often clients heard what."""
        return Counter(heard.outcome for call in self.calls for heard in call.heard)

    @property
    def codes(self) -> Counter[str]:
        """What they heard instead of an answer."""
        codes = (heard.code for call in self.calls for heard in call.heard)
        return Counter(code for code in codes if code is not None)


def run(seconds: float, faults: Sequence[Fault], *, clients: int) -> Report:
    """Let so many clients work for so long while things break; raise what no fault excuses."""
    with scene() as at:
        at.sign_in()
        board = Board()
        callers = [at.caller(number) for number in range(clients)]
        workers = [Worker(number, caller, board) for number, caller in enumerate(callers)]
        followers = [
            Follower(server.url, at.caller(number).token)
            for number, server in enumerate(at.servers)
        ]
        sampler = Sampler(at.servers)
        began = time.monotonic()
        with _running([*workers, *followers, sampler]):
            for fault in faults:
                _until(began + fault.when * seconds, workers)
                fault.cause(at)
            _until(began + seconds, workers)
            lasted = time.monotonic() - began
            _finish(workers)
            sampler.done.set()
            credentials = Credentials(username=ACCOUNTS[0], password=ACCOUNTS[0])
            with closing(Client(at.servers[0].url, credentials)) as client:
                found = everything(client)
            _caught_up(followers, found)
        calls = [*at.calls, *(call for worker in workers for call in worker.calls)]
        return Report(
            calls=calls,
            found=found,
            complaints=checker.complaints(calls, found, [each.cursors for each in followers]),
            recoveries=at.recoveries,
            returns=[follower.returns for follower in followers],
            memory=[course(samples) for samples in sampler.samples],
            slowest=max(caller.slowest for caller in callers),
            seconds=lasted,
            disk_full=at.disk is not None,
        )


@contextmanager
def _running(threads: Sequence[Worker | Follower | Sampler]) -> Iterator[None]:
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.done.set()


def _until(when: float, workers: Sequence[Worker]) -> None:
    """Wait, unless somebody has met what must not be."""
    while (remaining := when - time.monotonic()) > 0:
        _raise_failures(workers)
        time.sleep(min(remaining, 0.2))


def _finish(workers: Sequence[Worker]) -> None:
    for worker in workers:
        worker.done.set()
    for worker in workers:
        worker.join(PATIENCE)
        assert not worker.is_alive(), "a client waits for an answer that never comes"
    _raise_failures(workers)


def _raise_failures(workers: Sequence[Worker]) -> None:
    for worker in workers:
        if worker.failure is not None:
            raise worker.failure


def _caught_up(followers: Sequence[Follower], found: Found) -> None:
    """Wait until everybody has seen the end of the log; whether they saw it all is judged later."""
    last = found.log[-1].cursor
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(follower.cursors[-1:] == [last] for follower in followers):
            return
        time.sleep(0.05)
