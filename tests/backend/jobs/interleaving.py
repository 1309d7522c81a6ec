"""Calls on the database interleaved step by step, in every order that there is.

Each call runs in a thread with a connection of its own and waits before each step: a statement, a
commit, a roll-back. One step at a time is let go, until every call has ended. Which steps there
are, and which of them wait for a lock of another call, is found by running them.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final
from unittest import mock

from django.db import connection, connections

Call = Callable[[], object]
LOOK: Final = 0.002  # seconds between looks at who waits for a lock
PATIENCE: Final = 20.0  # seconds until a step must have come to something


@dataclass(frozen=True)
class Interleaving:
    """One order of the steps, and what came of each call: what it returned, or raised."""

    order: tuple[int, ...]  # whose step it was
    steps: tuple[str, ...]
    results: list[object]

    def __str__(self) -> str:
        return "; ".join(
            f"{who}: {step.split(' FROM ')[0][:40]}"
            for who, step in zip(self.order, self.steps, strict=True)
        )


@dataclass
class _Choices:
    """The order of a run, and who could have gone instead at each point of it."""

    order: list[int] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    open: list[list[int]] = field(default_factory=list)

    def switches(self, depth: int, last: int) -> int:
        """How often a call that could have gone on is left, up to a point where `last` goes."""
        order = [*self.order[:depth], last]
        return sum(
            now != before and before in could
            for before, now, could in zip(order, order[1:], self.open[1:], strict=False)
        )


class _Caller(threading.Thread):
    """One call, which takes a step when it is told to."""

    def __init__(self, call: Call, changed: threading.Condition) -> None:
        super().__init__(daemon=True)
        self.result: object = None
        self.process = 0  # of the server, that its connection leads to
        self.next: str | None = None  # the step that it waits to take
        self.taken = 0
        self.over = False
        self._call = call
        self._changed = changed
        self._go = False

    def run(self) -> None:
        """Make the call."""
        own = connections["default"]
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (self.process,) = cursor.fetchone()
        try:
            with ExitStack() as stack:
                stack.enter_context(own.execute_wrapper(self._before_a_statement))
                for end in ("commit", "rollback"):
                    stack.enter_context(mock.patch.object(own, end, self._before(end, own)))
                self.result = self._call()
        except Exception as error:  # noqa: BLE001 (whatever happened is what the test asserts)
            self.result = error
        finally:
            own.close()
            with self._changed:
                self.over = True
                self._changed.notify_all()

    def go(self) -> None:
        """Take the step."""
        with self._changed:
            self.next = None
            self.taken += 1
            self._go = True
            self._changed.notify_all()

    def _before_a_statement(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self._wait(sql)
        return execute(sql, *rest)

    def _before(self, end: str, own: Any) -> Callable[[], None]:
        really: Callable[[], None] = getattr(own, end)

        def step() -> None:
            self._wait(end)
            really()

        return step

    def _wait(self, step: str) -> None:
        with self._changed:
            self.next = step
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: self._go, PATIENCE):
                raise RuntimeError("nobody lets this call go on")
            self._go = False


def interleavings(
    prepare: Callable[[], Sequence[Call]],
    *,
    switches: int | None = None,
    cut_off_at: int | None = None,
) -> Iterator[Interleaving]:
    """Every order of the steps of the calls, each run on what `prepare` makes anew.

    With `switches`, only those orders in which at most so many times a call is left for another
    although it could have gone on. With `cut_off_at`, the first call loses its connection before
    that step of its own, counted from 0, if it has so many.
    """
    untried: list[list[int]] = [[]]
    while untried:
        beginning = untried.pop()
        choices, results = _run(prepare(), beginning, cut_off_at)
        for depth in range(len(beginning), len(choices.order)):
            untried += [
                [*choices.order[:depth], other]
                for other in choices.open[depth]
                if other != choices.order[depth]
                and (switches is None or choices.switches(depth, other) <= switches)
            ]
        yield Interleaving(tuple(choices.order), tuple(choices.steps), results)


def _run(
    calls: Sequence[Call], beginning: Sequence[int], cut_off_at: int | None
) -> tuple[_Choices, list[object]]:
    """Run the calls in that order, and from its end on in any."""
    changed = threading.Condition()
    callers = [_Caller(call, changed) for call in calls]
    for caller in callers:
        caller.start()
    choices = _Choices()
    while True:
        _settle(callers, changed)
        ready = [number for number, caller in enumerate(callers) if caller.next is not None]
        if not ready:
            break
        depth = len(choices.order)
        wanted = beginning[depth] if depth < len(beginning) else ready[0]
        assert wanted in ready, "the same steps, taken again, led elsewhere"
        caller = callers[wanted]
        choices.order.append(wanted)
        choices.steps.append(caller.next or "")
        choices.open.append(ready)
        if wanted == 0 and caller.taken == cut_off_at:
            _disconnect(caller.process)
        caller.go()
    assert all(caller.over for caller in callers), "they wait for each other"
    for caller in callers:
        caller.join()
    return choices, [caller.result for caller in callers]


def _settle(callers: Sequence[_Caller], changed: threading.Condition) -> None:
    """Wait until every call is over, wants to take a step, or waits for a lock."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with changed:
            changed.wait_for(lambda: not _busy(callers), LOOK)
        busy = _busy(callers)
        if all(caller.process and _waits_for_a_lock(caller.process) for caller in busy):
            return
    raise RuntimeError("a step has come to nothing")


def _busy(callers: Sequence[_Caller]) -> list[_Caller]:
    return [caller for caller in callers if caller.next is None and not caller.over]


def _waits_for_a_lock(process: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [process])
        (waits,) = cursor.fetchone()
    return bool(waits)


def _disconnect(process: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [process])
        assert cursor.fetchone() == (True,)
