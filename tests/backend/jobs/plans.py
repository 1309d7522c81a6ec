"""How PostgreSQL reads: the plan of the very statement that a call sends, and what it touched."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Node = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A plan that was run."""

    statement: str
    root: Node

    def nodes(self) -> Iterator[Node]:
        """Every node, from the top."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.get("Plans", [])

    @property
    def scans(self) -> set[str]:
        """How our tables were read, such as "Index Scan using job_changed"."""
        return {
            " using ".join(filter(None, (node["Node Type"], node.get("Index Name"))))
            for node in self._table_scans()
        }

    @property
    def rows_read(self) -> int:
        """Rows of our tables that the scans found, whether or not they were of use."""
        return sum(
            _total(node, "Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
            for node in self._table_scans()
        )

    @property
    def rows_sorted(self) -> int:
        """Rows that passed through sorts."""
        return sum(
            _total(child, "Actual Rows")
            for node in self.nodes()
            if "Sort" in node["Node Type"]
            for child in node["Plans"]
        )

    @property
    def buffers(self) -> int:
        """Pages of 8 kB that were touched, in memory or not."""
        return int(self.root["Shared Hit Blocks"] + self.root["Shared Read Blocks"])

    def _table_scans(self) -> Iterator[Node]:
        """The leaves that read a table of ours; a bitmap counts by its heap scan."""
        for node in self.nodes():
            if node.get("Relation Name", "").startswith("jobs_"):
                yield node

    def __str__(self) -> str:
        return f"{self.statement}\n{json.dumps(self.root, indent=1)}"


def _total(node: Node, *counters: str) -> int:
    """What was counted in all loops; the plan tells the average of a loop."""
    average = sum(float(node.get(name, 0)) for name in counters)
    return round(average * int(node["Actual Loops"]))


def plans_of(call: Callable[[], object]) -> list[Plan]:
    """The plans of all the statements that the call sends."""
    with CaptureQueriesContext(connection) as statements:
        call()
    return [_plan(sent["sql"]) for sent in statements]


def _plan(statement: str) -> Plan:
    """Run the statement once more, and tell how."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}")
        ((found,),) = cursor.fetchall()
    return Plan(statement, (found if isinstance(found, list) else json.loads(found))[0]["Plan"])
