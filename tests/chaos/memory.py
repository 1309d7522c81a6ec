"""What server processes occupy while they work, and whether that grows."""

import threading
import time
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from tests.bench.accounting import resident_bytes
from tests.chaos.servers import Server

EVERY: Final = 0.5  # seconds
MEGABYTE: Final = 1_000_000
GROWTH: Final = 1.05  # more than this from one part of the time to a later one is growth
PARTS: Final = 4


class Sample(NamedTuple):
    """One look at one server."""

    at: float  # seconds, on the monotonic clock
    process: int
    megabytes: float


class Sampler(threading.Thread):
    """Looks at the servers until done."""

    def __init__(self, servers: list[Server]) -> None:
        super().__init__(daemon=True)
        self.samples: list[list[Sample]] = [[] for _ in servers]
        self.done = threading.Event()
        self._servers = servers

    def run(self) -> None:
        """Until done."""
        while not self.done.wait(EVERY):
            for server, samples in zip(self._servers, self.samples, strict=True):
                process = server.process.pid
                megabytes = resident_bytes(process) / MEGABYTE
                if megabytes:
                    samples.append(Sample(time.monotonic(), process, megabytes))


class Course(NamedTuple):
    """The memory of one server since it was last started, in megabytes, part by part."""

    seconds: float
    parts: list[float]

    @property
    def flat(self) -> bool:
        """Whether the last part is as the second: during the first, caches fill."""
        return self.parts[-1] <= self.parts[1] * GROWTH

    def __str__(self) -> str:
        shown = ", ".join(f"{part:.0f}" for part in self.parts)
        word = "flat" if self.flat else "growing"
        return f"{shown} MB in the quarters of {self.seconds:.0f} s: {word}"


def course(samples: list[Sample]) -> Course:
    """The course of the process that ran last."""
    last = [sample for sample in samples if sample.process == samples[-1].process]
    bounds = [len(last) * part // PARTS for part in range(PARTS + 1)]
    return Course(
        last[-1].at - last[0].at,
        [
            median(sample.megabytes for sample in last[start : max(end, start + 1)])
            for start, end in pairwise(bounds)
        ],
    )
