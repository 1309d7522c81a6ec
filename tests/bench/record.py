"""RESULTS.md: the latest run in full, and how costs grow with the number of jobs."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tests.bench.report import (
    GROWTH,
    MEGABYTE,
    RECORD,
    RESULTS,
    RUN,
    Table,
    as_markdown,
    figures_table,
    growth_table,
    memory_table,
    targets_table,
    writers_line,
)

HEAD: Final = """# What Jobtrail costs, beside its peers

Written by `python -m tests.bench --write-results`; not edited by hand.

Each request's cost is CPU time in milliseconds, of the server process and of all PostgreSQL
processes together, as the kernel accounts for it: what else the machine does stretches latencies,
but hardly these. One server process each, 8 connections with keep-alive, the same
tables, item by item in rounds by turns while the other servers are paused; medians of
the rounds, and for promises of the rounds' ratios. Jobtrail checks an access token with each
request; its peers ask nobody who they are.
"""


def write() -> None:
    """Write RESULTS.md from the latest comparison and the latest growth, as far as there are any."""
    parts = []
    if run := _latest(RUN):
        parts += _run(run)
    if grown := _latest(GROWTH):
        parts += _growth(grown)
    RECORD.write_text("\n".join([HEAD, *parts]) + "\n")


def _latest(name: str) -> Any:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def _run(results: Mapping[str, Any]) -> list[str]:
    parts = [
        f"## {results['jobs']:,} jobs\n",
        as_markdown(_environment_table(results)),
        "\n### Promises\n",
        as_markdown(targets_table(results)),
        "\n### Figures\n",
        as_markdown(figures_table(results)),
        "\n### Memory\n",
        as_markdown(memory_table(results)),
    ]
    if line := writers_line(results):
        parts += ["\n### Counters and writers\n", line]
    return parts


def _growth(grown: Mapping[str, Any]) -> list[str]:
    """Ours at every size: a table, and a plot with a line for each item."""
    sizes = [str(size) for size in grown["sizes"]]
    lines = {
        item: ", ".join(f"{found[size]['cpu_ms']:.2f}" for size in sizes)
        for item, found in grown["items"].items()
        if found
    }
    labels = ", ".join(f'"{int(size):,}"' for size in sizes)
    plot = [
        "```mermaid",
        "xychart-beta",
        f'  title "CPU ms a request, by number of jobs: {", ".join(lines)}"',
        f"  x-axis [{labels}]",
        '  y-axis "ms"',
        *(f"  line [{line}]" for line in lines.values()),
        "```",
    ]
    return [
        "\n## Growth\n",
        as_markdown(_environment_table(grown)),
        "",
        as_markdown(growth_table(grown)),
        "",
        *plot,
    ]


def _environment_table(results: Mapping[str, Any]) -> Table:
    found = results["environment"]
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    settings = ", ".join(f"{name}={value}" for name, value in found["postgresql"].items())
    return [
        ["what", "value"],
        ["date", found["date"]],
        ["rounds", str(results["rounds"])],
        ["history entries", f"{found['history_entries']:,}"],
        ["database", f"{found['database_bytes'] / MEGABYTE:,.0f} MB"],
        ["machine", f"{found['cores']} cores, {found['processor']}"],
        ["load average at the start", ", ".join(map(str, found["load_average"]))],
        ["versions", versions],
        ["PostgreSQL settings", settings],
    ]
