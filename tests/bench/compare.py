"""The comparison: every item with every peer, round by round, and what sixteen writers feel."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench import report
from tests.bench.cluster import Cluster
from tests.bench.environment import environment
from tests.bench.peers.ours import Ours
from tests.bench.peers.peer import Peer
from tests.bench.progress import say
from tests.bench.run import AT_LEAST, CONNECTIONS, Bench, Measurement, serving
from tests.bench.work import WorkItem
from tests.bench.writers import counters_cost


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
    at_least: int = AT_LEAST,
) -> dict[str, Any]:
    """Measure these items with these peers; the figures."""
    found: dict[str, Any] = {"jobs": jobs, "rounds": rounds, "connections": CONNECTIONS}
    found["environment"] = environment(database)
    with serving(peers, database, logs) as servers:
        bench = Bench(database, servers, seconds, at_least)
        say("Warming up ...")
        measurements = {
            (item, server): Measurement()
            for item in items
            for server in servers
            if bench.warm_up(server, item, seconds)
        }
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds} ...")
            database.connection.execute("CHECKPOINT")
            for (item, server), measurement in measurements.items():
                bench.measure(server, item, measurement)
        for (item, server), measurement in measurements.items():
            bench.count_statements(server, item, measurement)
        found["resident_bytes"] = {server.peer.name: server.resident_bytes() for server in servers}
        ours = [server for server in servers if server.peer.name == Ours.name]
        if writers and ours:
            say("Sixteen writers ...")
            found["writers"] = counters_cost(bench, ours[0], 2 * seconds)
    figures: dict[str, dict[str, Any]] = {item.key: {} for item in items}
    for (item, server), measurement in measurements.items():
        figures[item.key][server.peer.name] = report.summary(measurement)
    return {**found, "items": figures}
