"""How our costs grow with the number of jobs: tables of several sizes, side by side in one run."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import report
from tests.bench.cluster import Cluster
from tests.bench.environment import environment
from tests.bench.peers.ours import Ours
from tests.bench.progress import say
from tests.bench.run import Bench, Measurement, serving
from tests.bench.work import WorkItem


def grow(
    cluster: Cluster,
    sizes: Sequence[int],
    items: Sequence[WorkItem],
    *,
    rounds: int,
    seconds: float,
    folder: Path,
) -> dict[str, Any]:
    """Measure these items on tables of these sizes, by turns; figures by item and size."""
    with ExitStack() as stack:
        benches: dict[int, Bench] = {}
        for jobs in sizes:
            say(f"Loading {jobs:,} jobs ...")
            database = stack.enter_context(cluster.another(f"jobs_{jobs}"))
            database.load(jobs)
            logs = folder / str(jobs)
            logs.mkdir()
            servers = stack.enter_context(serving([Ours()], database, logs))
            benches[jobs] = Bench(database, servers, seconds)
        say("Warming up ...")
        measurements = {
            (item, jobs): Measurement()
            for item in items
            for jobs, bench in benches.items()
            if bench.warm_up(bench.servers[0], item, seconds)
        }
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds} ...")
            cluster.connection.execute("CHECKPOINT")
            for (item, jobs), measurement in measurements.items():
                benches[jobs].measure(benches[jobs].servers[0], item, measurement)
        for (item, jobs), measurement in measurements.items():
            benches[jobs].count_statements(benches[jobs].servers[0], item, measurement)
        figures: dict[str, dict[str, Any]] = {item.key: {} for item in items}
        for (item, jobs), measurement in measurements.items():
            figures[item.key][str(jobs)] = report.summary(measurement)
        described = environment(next(reversed(benches.values())).cluster)
    return {"sizes": list(sizes), "rounds": rounds, "environment": described, "items": figures}
