"""Calls made at the same moment, each in a thread with a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


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
