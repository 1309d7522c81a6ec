"""What the maintained counters cost those who write: sixteen writers, with and without a reader."""

import math
import threading
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from tests.bench.http import Load, Request, drive
from tests.bench.run import MILLISECONDS, Bench
from tests.bench.sampling import Sample
from tests.bench.server import Server

WRITERS: Final = 16
READS_A_SECOND: Final = 4  # of the counts, as an open dashboard that polls would
PAIRS: Final = 15  # of slices, one with the reader and one without


def counters_cost(bench: Bench, server: Server, seconds: float) -> dict[str, Any]:
    """Writes a second and CPU ms a write, without and with reads of the counts: medians.

    Their `change` is the median of what the pairs say, each of two slices one after the other: the
    machine's own pace changes more from one minute to the next than any counter could change it.
    """
    found: dict[str, dict[str, list[float]]] = {
        name: {"writes_per_second": [], "cpu_ms_per_write": []} for name in ("alone", "read")
    }
    server.resume()
    for pair in range(PAIRS):
        # By turns, so that a table that grows or a machine that tires burdens both alike.
        for name in ("alone", "read") if pair % 2 else ("read", "alone"):
            server.peer.begin(server.ask)
            before = server.cpu_seconds() + bench.cluster.cpu_seconds()
            load = _write(bench, server, seconds, read=name == "read")
            cpu = server.cpu_seconds() + bench.cluster.cpu_seconds() - before
            found[name]["writes_per_second"].append(load.requests / seconds)
            found[name]["cpu_ms_per_write"].append(cpu / load.requests * MILLISECONDS)
    server.pause()
    alone, read = found["alone"], found["read"]
    changes = {
        figure: median(b / a - 1 for a, b in zip(alone[figure], read[figure], strict=True))
        for figure in alone
    }
    medians = {
        name: {figure: median(values) for figure, values in figures.items()}
        for name, figures in found.items()
    }
    return {
        "writers": WRITERS,
        "reads_per_second": READS_A_SECOND,
        "pairs": PAIRS,
        **medians,
        "change": changes,
    }


def _write(bench: Bench, server: Server, seconds: float, *, read: bool) -> Load:
    requests = (server.peer.request("W7", sample) for sample in bench.tables.new_names())
    over = threading.Event()
    reader = threading.Thread(target=_read_counts, args=(server, over))
    if read:
        reader.start()
    try:
        return drive(server.port, filter(None, requests), seconds=seconds, connections=WRITERS)
    finally:
        over.set()
        if read:
            reader.join()


def _read_counts(server: Server, over: threading.Event) -> None:
    """Read on one connection, as a browser would, until it is over."""

    def now_and_then() -> Iterator[Request]:
        request = server.peer.request("W8", Sample())
        assert request is not None
        while not over.wait(1 / READS_A_SECOND):
            yield request

    drive(server.port, now_and_then(), seconds=math.inf, connections=1)
