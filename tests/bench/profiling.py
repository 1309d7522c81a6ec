"""Where our server spends its CPU time on one work item: every thread of it under cProfile.

`python -m tests.bench --profile W1` runs this module as the server and prints what it saw.
"""

import cProfile
import pstats
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
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
    profiles: list[cProfile.Profile] = []

    def profile_thread(_frame: FrameType, _event: str, _arg: Any) -> None:
        """Called once in a new thread; the profile takes its place there."""
        profile = cProfile.Profile(time.thread_time)
        profiles.append(profile)
        profile.enable()

    threading.setprofile(profile_thread)
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
        profile.create_stats()
        if profile.stats:
            stats.add(profile)
    stats.dump_stats(seen)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
