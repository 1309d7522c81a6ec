"""CPU time and memory of processes, as the Linux kernel accounts for them.

Time on the CPU says what a request costs even where other programs compete for the machine; time
on the wall does not.
"""

import os
import time
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")  # seconds
PAGE: Final = os.sysconf("SC_PAGE_SIZE")  # bytes
SCHEDULER_CLOCK: Final = 2  # CPUCLOCK_SCHED: user and system time, in nanoseconds


def cpu_seconds(root: int) -> float:
    """CPU time, user and system, of a process and all its descendants, those that ended included.

    What ended is known once its parent has collected it, as servers do at once.
    """
    return sum(_running(pid) + _collected(pid) for pid in tree(root))


def resident_bytes(root: int) -> int:
    """Memory that a process and its descendants occupy; what they share counts for each."""
    total = 0
    for pid in tree(root):
        try:
            total += int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE
        except FileNotFoundError:
            continue
    return total


def parent(pid: int) -> int:
    """The process that started this one."""
    return int(_stat(pid)[1])


def tree(root: int) -> list[int]:
    """A process and all its descendants that run now."""
    found, unseen = [], [root]
    while unseen:
        pid = unseen.pop()
        found.append(pid)
        for children in (PROC / str(pid)).glob("task/*/children"):
            try:
                unseen += map(int, children.read_text().split())
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def _running(pid: int) -> float:
    """CPU seconds of the process itself, threads that ended included, to the nanosecond."""
    try:
        return time.clock_gettime((~pid << 3) | SCHEDULER_CLOCK)  # clock_getcpuclockid(3)
    except OSError:  # it has ended
        return 0.0


def _collected(pid: int) -> float:
    """CPU seconds of its children that have ended and were waited for."""
    try:
        fields = _stat(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[13]) + int(fields[14])) * TICK


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything: the state is first."""
    return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
