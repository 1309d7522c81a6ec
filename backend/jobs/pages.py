"""Read one keyset page of a table, in one statement, whether or not more follows."""

from collections.abc import Sequence
from typing import Any

from backend.database.records import Table
from backend.database.sql import Sql
from backend.database.steps import Query, Steps
from backend.jobs.keyset import Key, Ordering, Page, Slice
from backend.jobs.runs import Among, Direction, Runs

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_page(
    table: Table,
    conditions: Sequence[Sql],
    ordering: Ordering,
    page: Page,
    *,
    among: Among | None = None,
) -> Steps[Slice[Any]]:
    """Reads the records of a page, in the ordering's direction."""
    runs = Runs.of(table, conditions, among)
    onward = _direction(ordering, reverse=page.backward)
    back = _direction(ordering, reverse=not page.backward)
    # "Is there more?" onward is one row read too many; beyond a cursor, it is the row next to it,
    # one index seek that rides on the same statement.
    if page.backward:
        behind, ahead = _beyond(ordering, ">=", page.before), _beyond(ordering, "<=", page.after)
    else:
        behind, ahead = _beyond(ordering, "<=", page.after), _beyond(ordering, ">=", page.before)
    probes = {
        name: (runs.where(*condition), direction)
        for name, condition, direction in (("behind", behind, back), ("ahead", ahead, onward))
        if condition
    }
    wanted = runs.where(*_beyond(ordering, ">", page.after), *_beyond(ordering, "<", page.before))
    keys = {name: beyond.any_key(direction) for name, (beyond, direction) in probes.items()}
    carried = [key._replace(text=f"{key.text} AS {name}") for name, key in keys.items()]
    packings = table.record.packings
    found = yield Query(wanted.head(onward, page.size + 1, *carried), packings)
    width = len(table.columns)
    if found:
        there = {name: key is not None for name, key in zip(probes, found[0][width:], strict=True)}
    else:  # no row to carry the probes
        there = {}
        for name, (beyond, direction) in probes.items():
            there[name] = bool((yield Query(beyond.head(direction, 1))))
    is_behind = there.get("behind", False)
    is_ahead = len(found) > page.size or there.get("ahead", False)
    result = found[: page.size]
    if probes:
        result = [row[:width] for row in result]
    result = list(map(table.record.of, result))
    if page.backward:
        return Slice(result[::-1], has_next=is_behind, has_previous=is_ahead)
    return Slice(result, has_next=is_ahead, has_previous=is_behind)


def _beyond(ordering: Ordering, comparison: str, key: Key | None) -> list[Sql]:
    """The condition that a row stands in that relation to `key` in the order of the list."""
    if key is None:
        return []
    operator = MIRRORED[comparison] if ordering.descending else comparison
    if len(ordering.names) == 1:
        return [Sql(f"{ordering.names[0]} {operator} %s", key)]
    names, places = ", ".join(ordering.names), ", ".join(["%s"] * len(key))
    return [Sql(f"({names}) {operator} ({places})", key)]


def _direction(ordering: Ordering, *, reverse: bool) -> Direction:
    sign = "-" if ordering.descending != reverse else ""
    return [sign + name for name in ordering.names]
