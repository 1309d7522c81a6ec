"""How PostgreSQL reads: the plan of the very statement that a call sends, and what it touched."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg
import pytest
from django.db import connection

from backend.database.sql import Sql
from backend.database.steps import Query

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
    sent: list[Sql] = []
    run = Query.run

    def noted(query: Query) -> Any:
        sent.append(query.sql)
        return run(query)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Query, "run", noted)
        call()
    return [_plan(statement) for statement in sent]


def _plan(statement: Sql) -> Plan:
    """Run the statement once more, and tell how.

    As a server does in the long run: by a plan for any values, unless it depends on them.
    """
    text, values, by_value = statement
    numbers = count(1)
    numbered = re.sub("%s", lambda _: f"${next(numbers)}", text)
    places = f"({', '.join(['%s'] * len(values))})" if values else ""
    with connection.cursor() as cursor:
        mode = "force_custom_plan" if by_value else "force_generic_plan"
        cursor.execute(f"SET plan_cache_mode = {mode}")
        cursor.execute(f"PREPARE seen AS {numbered}")
        given = psycopg.ClientCursor(cursor.connection).mogrify(f"EXECUTE seen {places}", values)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {given}")
        ((found,),) = cursor.fetchall()
        cursor.execute("DEALLOCATE seen")
        cursor.execute("RESET plan_cache_mode")
    return Plan(given, (found if isinstance(found, list) else json.loads(found))[0]["Plan"])
