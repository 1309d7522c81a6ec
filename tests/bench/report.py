"""The figures of a run: for the eye, for programs, and for the record in RESULTS.md."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.bench.peers.peer import STATE
from tests.bench.run import MILLISECONDS, Measurement
from tests.bench.targets import TARGETS
from tests.bench.work import ITEMS

FOLDER: Final = Path(__file__).parent
RECORD: Final = FOLDER / "RESULTS.md"
RESULTS: Final = STATE / "results"
RUN, GROWTH = "run", "growth"  # the two kinds of results
MEGABYTE: Final = 2**20
Table = Sequence[Sequence[str]]


def summary(measurement: Measurement) -> dict[str, Any]:
    """The figures of one item with one peer: medians of the rounds."""
    latencies = sorted(measurement.seconds)
    totals = [
        sum(pair) for pair in zip(measurement.server_ms, measurement.database_ms, strict=True)
    ]
    middle = totals.index(sorted(totals)[len(totals) // 2])
    return {
        "cpu_ms": totals[middle],
        "server_ms": measurement.server_ms[middle],
        "database_ms": measurement.database_ms[middle],
        "rounds_ms": totals,
        "statements": measurement.statements,
        "p50_ms": latencies[len(latencies) // 2] * MILLISECONDS,
        "p95_ms": latencies[int(len(latencies) * 0.95)] * MILLISECONDS,
        "bytes": measurement.body_bytes / measurement.requests,
        "requests": measurement.requests,
    }


def costs(results: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """CPU ms a request in each round, by item and peer."""
    return {
        item: {peer: figures["rounds_ms"] for peer, figures in peers.items()}
        for item, peers in results["items"].items()
    }


def save(name: str, results: Mapping[str, Any]) -> Path:
    """Keep the figures as JSON in place of those of the last such run; the path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(results, indent=1) + "\n")
    return path


def figures_table(results: Mapping[str, Any]) -> Table:
    """Every item with every peer."""
    rows = [
        [
            *("item", "peer", "CPU ms", "server", "database", "rounds"),
            *("statements", "p50 ms", "p95 ms", "bytes", "of ours"),
        ]
    ]
    for item in ITEMS:
        peers = results["items"].get(item.key, {})
        ours = peers.get("ours", {}).get("cpu_ms")
        for number, (peer, found) in enumerate(peers.items()):
            rows.append(
                [
                    "" if number else f"{item.key} {item.title}",
                    peer,
                    f"{found['cpu_ms']:.2f}",
                    f"{found['server_ms']:.2f}",
                    f"{found['database_ms']:.2f}",
                    f"{min(found['rounds_ms']):.2f} to {max(found['rounds_ms']):.2f}",
                    f"{found['statements']:.1f}",
                    f"{found['p50_ms']:.1f}",
                    f"{found['p95_ms']:.1f}",
                    f"{found['bytes']:,.0f}",
                    f"{found['cpu_ms'] / ours:.2f}" if ours else "",
                ]
            )
    return rows


def targets_table(results: Mapping[str, Any]) -> Table:
    """Every promise, and what this run says of it."""
    measured = costs(results)
    rows = [["cost", "divided by", "ratio", "at most", "reached"]]
    for target in TARGETS:
        ratio = target.ratio(measured)
        if ratio is not None:
            reached = "yes" if ratio <= target.limit else "NO"
            rows.append(
                [
                    str(target.cost),
                    str(target.reference),
                    f"{ratio:.3f}",
                    f"{target.limit:.3g}",
                    reached,
                ]
            )
    return rows


def memory_table(results: Mapping[str, Any]) -> Table:
    """What the servers occupy after the run."""
    memory = results["resident_bytes"].items()
    return [["peer", "MB"], *([peer, f"{size / MEGABYTE:.0f}"] for peer, size in memory)]


def growth_table(grown: Mapping[str, Any]) -> Table:
    """Our costs at each size, and the highest of them divided by the smallest size's."""
    sizes = [str(size) for size in grown["sizes"]]
    rows = [["item", *(f"{int(size):,} jobs" for size in sizes), "highest / first"]]
    for item in ITEMS:
        if found := grown["items"].get(item.key):
            line = [found[size]["cpu_ms"] for size in sizes]
            figures = [f"{cost:.2f}" for cost in line]
            rows.append([f"{item.key} {item.title}", *figures, f"{max(line) / line[0]:.2f}"])
    return rows


def writers_line(results: Mapping[str, Any]) -> str:
    """The counters' cost to writers, in a sentence; empty where it was not measured."""
    found = results.get("writers")
    if not found:
        return ""
    alone, read, change = found["alone"], found["read"], found["change"]
    return (
        f"{found['writers']} writers: {alone['writes_per_second']:.0f} writes/s and "
        f"{alone['cpu_ms_per_write']:.2f} CPU ms a write alone; "
        f"{read['writes_per_second']:.0f} writes/s and {read['cpu_ms_per_write']:.2f} CPU ms a "
        f"write while the counts are read {found['reads_per_second']} times a second "
        f"({change['writes_per_second']:+.1%} throughput and {change['cpu_ms_per_write']:+.1%} CPU, "
        f"medians of {found['pairs']} pairs)."
    )


def as_text(table: Table) -> str:
    """Columns lined up for a terminal."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    )


def as_markdown(table: Table) -> str:
    """A table of Markdown."""
    head, *rows = table
    return "\n".join(_row(cells) for cells in [head, ["---"] * len(head), *rows])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
