"""Calls made at the same moment, each in a thread with a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What the calls returned or raised, in their order, when all were let go together."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 (whatever happened is what the test asserts)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def kinds(results: Sequence[object]) -> Counter[str]:
    """How many results there are of each type."""
    return Counter(type(result).__name__ for result in results)


class OpenTransaction:
    """A transaction of another connection that stays open for as long as the test likes.

    `call` runs within it. Leaving the block rolls back what was neither committed nor rolled back.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._atomic = transaction.atomic()
        self._open = False

    def __enter__(self) -> Self:
        self.call(self._atomic.__enter__)
        self._open = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self.roll_back()
        self.call(_close)
        self._thread.shutdown()

    def call(self, function: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """What the function returns when called within the transaction."""
        return self._thread.submit(function, *args, **kwargs).result()

    def commit(self) -> None:
        """End it."""
        self._open = False
        self.call(self._atomic.__exit__, None, None, None)

    def roll_back(self) -> None:
        """Undo it."""
        self.call(transaction.set_rollback, rollback=True)
        self.commit()


def _close() -> None:
    connection.close()  # the calling thread's own
