"""RESULTS.md: the latest run in full, and how costs grow with the number of jobs."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tests.bench.report import (
    RECORD,
    RESULTS,
    Table,
    as_markdown,
    costs,
    figures_table,
    memory_table,
    targets_table,
    writers_line,
)
from tests.bench.work import ITEMS

HEAD: Final = """# What Jobtrail costs, beside its peers

Written by `python -m tests.bench --write-results`; not edited by hand.

Each request's cost is CPU time in milliseconds, of the server process and of all PostgreSQL
processes together, as the kernel accounts for it: what else the machine does stretches latencies,
but hardly these. One server process each, {connections} connections with keep-alive, the same
tables, item by item in {rounds} rounds by turns while the other servers are paused; medians of
the rounds. Jobtrail checks an access token with each request; its peers ask nobody who they are.
"""


def write(results: Mapping[str, Any]) -> None:
    """Write RESULTS.md from this run, and from the latest runs at other sizes for the growth."""
    parts = [
        HEAD.format(connections=results["connections"], rounds=results["rounds"]),
        "## The run\n",
        as_markdown(_environment_table(results)),
        "\n## Promises\n",
        as_markdown(targets_table(results)),
        "\n## Figures\n",
        as_markdown(figures_table(results)),
        "\n## Memory\n",
        as_markdown(memory_table(results)),
    ]
    if line := writers_line(results):
        parts += ["\n## Counters and writers\n", line]
    if growth := _growth():
        parts += ["\n## Growth\n", growth]
    RECORD.write_text("\n".join(parts) + "\n")


def _environment_table(results: Mapping[str, Any]) -> Table:
    found = results["environment"]
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    settings = ", ".join(f"{name}={value}" for name, value in found["postgresql"].items())
    return [
        ["what", "value"],
        ["date", found["date"]],
        ["jobs", f"{results['jobs']:,}"],
        ["history entries", f"{found['history_entries']:,}"],
        ["database", f"{found['database_bytes'] / 2**20:,.0f} MB"],
        ["machine", f"{found['cores']} cores, {found['processor']}"],
        ["load average at the start", ", ".join(map(str, found["load_average"]))],
        ["versions", versions],
        ["PostgreSQL settings", settings],
    ]


def _growth() -> str:
    """Ours at every size that was measured: a table, and a plot of the lists."""
    runs = [json.loads(path.read_text()) for path in RESULTS.glob("*.json")]
    runs.sort(key=lambda run: run["jobs"])
    if len(runs) == 1:
        return ""
    table = [["item", *(f"{run['jobs']:,} jobs" for run in runs), "largest / smallest"]]
    lines = {}
    for item in ITEMS:
        found = [costs(run).get(item.key, {}).get("ours") for run in runs]
        line = [cost for cost in found if cost is not None]
        if len(line) == len(runs):
            lines[item.key] = line
            figures = [f"{cost:.2f}" for cost in line]
            table.append([f"{item.key} {item.title}", *figures, f"{line[-1] / line[0]:.2f}"])
    sizes = ", ".join(f'"{run["jobs"]:,}"' for run in runs)
    plot = [
        "```mermaid",
        "xychart-beta",
        f'  title "CPU ms a request, by number of jobs: {", ".join(lines)}"',
        f"  x-axis [{sizes}]",
        '  y-axis "ms"',
        *(f"  line [{', '.join(f'{cost:.2f}' for cost in line)}]" for line in lines.values()),
        "```",
    ]
    return "\n".join([as_markdown(table), "", *plot])
