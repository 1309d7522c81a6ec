"""Where our server spends its CPU time on one work item: every thread of it under cProfile.

`python -m tests.bench --profile W1` runs this module as the server and prints what it saw.
"""

import cProfile
import pstats
import signal
import sys
import threading
import time
from concurrent.futures import thread
from pathlib import Path
from typing import Any, ClassVar

import uvicorn

from tests.bench.peers.ours import Ours

LINES = 45


class ProfiledOurs(Ours):
    """Ours, profiled."""

    title: ClassVar = "Jobtrail under cProfile"

    def __init__(self, seen: Path) -> None:
        super().__init__()
        self.seen = seen

    def command(self, port: int) -> list[str]:
        """This module, which serves."""
        return [sys.executable, "-m", "tests.bench.profiling", str(port), str(self.seen)]


def shown(seen: Path) -> None:
    """Print the costliest functions, by their own time and with all they call."""
    for order in ("tottime", "cumulative"):
        pstats.Stats(str(seen)).strip_dirs().sort_stats(order).print_stats(LINES)


def serve(port: int, seen: str) -> None:
    """Serve until told to stop, then write what was seen."""
    profiles = _profile_work_in_threads()
    signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it again once it has stopped
    main = cProfile.Profile(time.thread_time)
    config = uvicorn.Config(
        "backend.config.asgi:application",
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        proxy_headers=False,
        log_level="warning",
    )
    config.load()  # what happens once, at start, is not asked for
    main.runcall(uvicorn.Server(config).run)
    stats = pstats.Stats(main)
    for profile in profiles:
        stats.add(profile)
    stats.dump_stats(seen)


def _profile_work_in_threads() -> list[cProfile.Profile]:
    """Have what executors run in their threads profiled; a profile for each thread, as they come."""
    profiles: list[cProfile.Profile] = []
    of_thread = threading.local()
    run = thread._WorkItem.run

    def profiled(work: Any) -> None:
        if not hasattr(of_thread, "profile"):
            of_thread.profile = cProfile.Profile(time.thread_time)
            profiles.append(of_thread.profile)
        of_thread.profile.runcall(run, work)

    thread._WorkItem.run = profiled  # type: ignore[method-assign, assignment]
    return profiles


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
