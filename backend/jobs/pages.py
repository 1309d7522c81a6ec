"""Read one keyset page of a table, in one statement, whether or not more follows."""

from collections.abc import Sequence
from typing import Any

from backend.database.records import Table
from backend.database.sql import Sql
from backend.database.steps import Query, Steps
from backend.jobs.keyset import Ordering, Page, Slice
from backend.jobs.page_statements import page_statements
from backend.jobs.runs import Among


def read_page(
    table: Table,
    conditions: Sequence[Sql],
    ordering: Ordering,
    page: Page,
    *,
    among: Among | None = None,
) -> Steps[Slice[Any]]:
    """Reads the records of a page, in the ordering's direction."""
    statements = page_statements(table, conditions, ordering, page, among)
    probes, width = statements.written.probes, len(table.columns)
    found = yield Query(statements.head, table.record.packings)
    there = {}
    if found:
        there = {name: key is not None for name, key in zip(probes, found[0][width:], strict=True)}
    else:  # no row to carry the probes
        for name in probes:
            there[name] = bool((yield Query(statements.probe(name))))
    is_behind = there.get("behind", False)
    is_ahead = len(found) > page.size or there.get("ahead", False)
    result = found[: page.size]
    if probes:
        result = [row[:width] for row in result]
    result = list(map(table.record.of, result))
    if page.backward:
        return Slice(result[::-1], has_next=is_behind, has_previous=is_ahead)
    return Slice(result, has_next=is_ahead, has_previous=is_behind)
