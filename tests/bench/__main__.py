"""`python -m tests.bench`: load tables, run the work items against all peers, report.

JOBS jobs (100,000, with --full 1,000,000; several sizes separated by commas), in a PostgreSQL of
its own that is thrown away. Nothing here passes or fails: the figures are for people to judge.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.dev.processes import end_on_signals
from tests.bench import profiling, record, report
from tests.bench.cluster import Cluster, cluster
from tests.bench.environment import environment
from tests.bench.peers.bare import Bare
from tests.bench.peers.drf import RestFramework
from tests.bench.peers.ours import Ours
from tests.bench.peers.peer import ROOT, Peer
from tests.bench.peers.postgraphile import PostGraphile
from tests.bench.peers.stock_strawberry import CursorConnection, ListConnection
from tests.bench.run import CONNECTIONS, Bench, Measurement, serving
from tests.bench.work import ITEMS, WorkItem
from tests.bench.writers import counters_cost

PEERS: tuple[type[Peer], ...] = (
    Ours,
    PostGraphile,
    Bare,
    RestFramework,
    ListConnection,
    CursorConnection,
)
SHORT_JOBS, FULL_JOBS = "100000", "1000000"


def main(arguments: Sequence[str]) -> int:
    """Run what the arguments say; the exit code."""
    options = _options(arguments)
    end_on_signals()
    for jobs in options.jobs:
        with cluster() as database, tempfile.TemporaryDirectory() as folder:
            _say(f"Loading {jobs:,} jobs ...")
            load(database, jobs)
            if options.profile:
                profile(database, options.profile, options.seconds, Path(folder))
                continue
            results = compare(
                database,
                jobs,
                [peer() for peer in PEERS if peer.name in options.peers],
                [item for item in ITEMS if item.key in options.items],
                rounds=options.rounds,
                seconds=options.seconds,
                logs=Path(folder),
                writers=options.writers,
            )
        _tell(results)
        if options.write_results:
            record.write(results)
    return 0


def load(database: Cluster, jobs: int) -> None:
    """Fill the database, in a process of its own: it needs Django's settings, we do not."""
    command = [sys.executable, "-m", "tests.bench.data", str(jobs)]
    subprocess.run(command, env=os.environ | database.variables, check=True)


def compare(
    database: Cluster,
    jobs: int,
    peers: Sequence[Peer],
    items: Sequence[WorkItem],
    *,
    rounds: int,
    seconds: float,
    logs: Path,
    writers: bool,
) -> dict[str, Any]:
    """Measure these items with these peers; the figures."""
    found: dict[str, Any] = {"jobs": jobs, "rounds": rounds, "connections": CONNECTIONS}
    found["environment"] = environment(database)
    with serving(peers, database, logs) as servers:
        bench = Bench(database, servers, seconds)
        _say("Warming up ...")
        measurements = {
            (item, server): Measurement()
            for item in items
            for server in servers
            if bench.warm_up(server, item, seconds)
        }
        for number in range(rounds):
            _say(f"Round {number + 1} of {rounds} ...")
            database.connection.execute("CHECKPOINT")
            for (item, server), measurement in measurements.items():
                bench.measure(server, item, measurement)
        for (item, server), measurement in measurements.items():
            bench.count_statements(server, item, measurement)
        found["resident_bytes"] = {server.peer.name: server.resident_bytes() for server in servers}
        ours = [server for server in servers if server.peer.name == Ours.name]
        if writers and ours:
            _say("Sixteen writers ...")
            found["writers"] = counters_cost(bench, ours[0], 2 * seconds)
    figures: dict[str, dict[str, Any]] = {item.key: {} for item in items}
    for (item, server), measurement in measurements.items():
        figures[item.key][server.peer.name] = report.summary(measurement)
    return {**found, "items": figures}


def profile(database: Cluster, key: str, seconds: float, folder: Path) -> None:
    """Print where our server spends its time on one item."""
    seen = folder / "profile"
    (item,) = (item for item in ITEMS if item.key == key)
    with serving([profiling.ProfiledOurs(seen)], database, folder) as (server,):
        bench = Bench(database, [server], seconds)
        bench.warm_up(server, item, seconds)
        bench.measure(server, item, Measurement())
    profiling.shown(seen)


def _tell(results: dict[str, Any]) -> None:
    path = report.save(results)
    tables = (report.figures_table, report.targets_table, report.memory_table)
    parts = [report.as_text(table(results)) for table in tables]
    parts += [report.writers_line(results), f"As JSON: {path.relative_to(ROOT)}"]
    sys.stdout.write("\n\n".join(filter(None, parts)) + "\n")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    names, keys = [peer.name for peer in PEERS], [item.key for item in ITEMS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--full", action="store_true", help="a million jobs, more rounds, longer ones")
    add("--jobs", default=os.environ.get("JOBS"), help="how many; several: 10000,1000000")
    add("--peers", default=",".join(names), help="who is compared (default: %(default)s)")
    add("--items", default=",".join(keys), help="what is asked (default: %(default)s)")
    add("--rounds", type=int, help="how often each is measured (default: 3; full: 7)")
    add("--seconds", type=float, help="how long each time (default: 0.5; full: 1)")
    add("--no-writers", dest="writers", action="store_false", help="leave the writers out")
    add("--write-results", action="store_true", help="write tests/bench/RESULTS.md")
    add("--profile", choices=keys, help="only show where our server spends its time on an item")
    options = parser.parse_args(arguments)
    options.jobs = options.jobs or (FULL_JOBS if options.full else SHORT_JOBS)
    options.jobs = [int(jobs) for jobs in options.jobs.replace("_", "").split(",")]
    options.peers, options.items = options.peers.split(","), options.items.split(",")
    for given, known in ((options.peers, names), (options.items, keys)):
        if unknown := set(given) - set(known):
            parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    options.rounds = options.rounds or (7 if options.full else 3)
    options.seconds = options.seconds or (1.0 if options.full else 0.5)
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
