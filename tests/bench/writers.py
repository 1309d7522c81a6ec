"""What the maintained counters cost those who write: sixteen writers, with and without readers."""

import threading
from itertools import repeat
from statistics import median
from typing import Any, Final

from tests.bench.http import Load, drive
from tests.bench.run import MILLISECONDS, Bench
from tests.bench.sampling import Sample
from tests.bench.server import Server

WRITERS: Final = 16
READS_A_SECOND: Final = 4  # of the counts, as an open dashboard that polls would
PAIRS: Final = 5  # of slices, one with readers and one without


def counters_cost(bench: Bench, server: Server, seconds: float) -> dict[str, Any]:
    """Writes a second and CPU ms a write, medians, without and with reads of the counts."""
    found: dict[str, dict[str, list[float]]] = {
        name: {"writes_per_second": [], "cpu_ms_per_write": []} for name in ("alone", "read")
    }
    server.resume()
    for _ in range(PAIRS):
        for name, figures in found.items():
            server.peer.begin(server.ask)
            before = server.cpu_seconds() + bench.cluster.cpu_seconds()
            load = _write(bench, server, seconds, read=name == "read")
            cpu = server.cpu_seconds() + bench.cluster.cpu_seconds() - before
            figures["writes_per_second"].append(load.requests / seconds)
            figures["cpu_ms_per_write"].append(cpu / load.requests * MILLISECONDS)
    server.pause()
    medians = {
        name: {figure: median(values) for figure, values in figures.items()}
        for name, figures in found.items()
    }
    return {"writers": WRITERS, "reads_per_second": READS_A_SECOND, **medians}


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
    for sample in repeat(Sample()):
        request = server.peer.request("W8", sample)
        assert request is not None
        server.ask(request)
        if over.wait(1 / READS_A_SECOND):
            return
