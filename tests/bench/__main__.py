"""`python -m tests.bench`: load tables, run the work items against all peers, report.

JOBS jobs (100,000, with --full 1,000,000), in a PostgreSQL of its own that is thrown away. Nothing here passes or fails: the figures are for people to judge.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.dev.processes import end_on_signals
from tests.bench import profiling, record, report
from tests.bench.cluster import Cluster, cluster
from tests.bench.compare import compare
from tests.bench.growth import grow
from tests.bench.peers.bare import Bare
from tests.bench.peers.drf import RestFramework
from tests.bench.peers.ours import Ours
from tests.bench.peers.peer import ROOT, Peer
from tests.bench.peers.postgraphile import PostGraphile
from tests.bench.peers.stock_strawberry import CursorConnection, ListConnection
from tests.bench.progress import say
from tests.bench.report import GROWTH, RUN
from tests.bench.run import Bench, Measurement, serving
from tests.bench.work import ITEMS

PEERS: tuple[type[Peer], ...] = (
    Ours,
    PostGraphile,
    Bare,
    RestFramework,
    ListConnection,
    CursorConnection,
)
SHORT_JOBS, FULL_JOBS = 100_000, 1_000_000


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments say; the exit code."""
    options = _options(arguments)
    items = [item for item in ITEMS if item.key in options.items]
    peers = [peer() for peer in PEERS if peer.name in options.peers]
    pace = {"rounds": options.rounds, "seconds": options.seconds}
    end_on_signals()
    with cluster() as database, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.growth:
            grown = grow(database, options.growth, items, **pace, folder=folder)
            _tell(GROWTH, grown, [report.growth_table(grown)])
        else:
            say(f"Loading {options.jobs:,} jobs ...")
            database.load(options.jobs)
            if options.profile:
                profile(database, options.profile, options.seconds, folder)
                return 0
            found = compare(
                database,
                options.jobs,
                peers,
                items,
                **pace,
                logs=folder,
                writers=options.writers,
            )
            tables = (report.figures_table, report.targets_table, report.memory_table)
            _tell(RUN, found, [table(found) for table in tables], report.writers_line(found))
    if options.write_results:
        record.write()
    return 0


def profile(database: Cluster, key: str, seconds: float, folder: Path) -> None:
    """Print where our server spends its time on one item."""
    seen = folder / "profile"
    (item,) = (item for item in ITEMS if item.key == key)
    with serving([profiling.ProfiledOurs(seen)], database, folder) as (server,):
        bench = Bench(database, [server], seconds)
        bench.warm_up(server, item, seconds)
        bench.measure(server, item, Measurement())
    profiling.shown(seen)


def _tell(name: str, found: dict[str, Any], tables: Sequence[report.Table], *more: str) -> None:
    """Show the figures, and keep them as JSON."""
    path = report.save(name, found)
    parts = [*map(report.as_text, tables), *more, f"As JSON: {path.relative_to(ROOT)}"]
    sys.stdout.write("\n\n".join(filter(None, parts)) + "\n")


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.replace("_", "").split(",")]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    names, keys = [peer.name for peer in PEERS], [item.key for item in ITEMS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--full", action="store_true", help="a million jobs, more rounds, longer ones")
    add("--jobs", type=int, default=os.environ.get("JOBS"), help="how many")
    add("--growth", type=_numbers, help="only ours, on several sizes: 10000,1000000,10000000")
    add("--peers", default=",".join(names), help="who is compared (default: %(default)s)")
    add("--items", default=",".join(keys), help="what is asked (default: %(default)s)")
    add("--rounds", type=int, help="how often each is measured (default: 3; full: 7)")
    add("--seconds", type=float, help="how long each time (default: 0.5; full: 1)")
    add("--no-writers", dest="writers", action="store_false", help="leave the writers out")
    add("--write-results", action="store_true", help="write tests/bench/RESULTS.md")
    add("--profile", choices=keys, help="only show where our server spends its time on an item")
    options = parser.parse_args(arguments)
    options.jobs = options.jobs or (FULL_JOBS if options.full else SHORT_JOBS)
    options.peers, options.items = options.peers.split(","), options.items.split(",")
    for given, known in ((options.peers, names), (options.items, keys)):
        if unknown := set(given) - set(known):
            parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    options.rounds = options.rounds or (7 if options.full else 3)
    options.seconds = options.seconds or (1.0 if options.full else 0.5)
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
