"""Read one keyset page of a queryset, in one statement, whether or not more follows."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from backend.jobs.keyset import Key, Ordering, Page, Slice
from backend.jobs.runs import Among, Direction, Runs

ONE_COLUMN = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
ROW = {
    "<": TupleLessThan,
    "<=": TupleLessThanOrEqual,
    ">": TupleGreaterThan,
    ">=": TupleGreaterThanOrEqual,
}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_page(
    rows: QuerySet[Any, Any],
    ordering: Ordering,
    page: Page,
    columns: Sequence[str],
    *,
    among: Among | None = None,
) -> Slice[tuple[Any, ...]]:
    """The rows of a page as tuples of `columns`, in the ordering's direction."""
    runs = Runs.of(rows, among)
    onward = _direction(ordering, reverse=page.backward)
    back = _direction(ordering, reverse=not page.backward)
    # "Is there more?" onward is one row read too many; beyond a cursor, it is the row next to it,
    # one index seek that rides on the same statement.
    if page.backward:
        behind, ahead = _beyond(ordering, ">=", page.before), _beyond(ordering, "<=", page.after)
    else:
        behind, ahead = _beyond(ordering, "<=", page.after), _beyond(ordering, ">=", page.before)
    probes = {
        name: (runs.where(condition), direction)
        for name, condition, direction in (("behind", behind, back), ("ahead", ahead, onward))
        if condition is not None
    }
    inside = [_beyond(ordering, ">", page.after), _beyond(ordering, "<", page.before)]
    wanted = runs.where(
        *[condition for condition in inside if condition is not None],
        **{name: beyond.any_key(direction) for name, (beyond, direction) in probes.items()},
    )
    found = wanted.head(onward, (*columns, *probes), page.size + 1)
    if found:
        keys = found[0][len(columns) :]
        there = {name: key is not None for name, key in zip(probes, keys, strict=True)}
    else:  # no row to carry the probes
        there = {
            name: bool(beyond.head(direction, ordering.names, 1))
            for name, (beyond, direction) in probes.items()
        }
    is_behind = there.get("behind", False)
    is_ahead = len(found) > page.size or there.get("ahead", False)
    result = [row[: len(columns)] for row in found[: page.size]]
    if page.backward:
        return Slice(result[::-1], has_next=is_behind, has_previous=is_ahead)
    return Slice(result, has_next=is_ahead, has_previous=is_behind)


def _beyond(ordering: Ordering, comparison: str, key: Key | None) -> Any:
    """The condition that a row stands in that relation to `key` in the order of the list."""
    if key is None:
        return None
    operator = MIRRORED[comparison] if ordering.descending else comparison
    if len(ordering.names) == 1:
        return Q(**{f"{ordering.names[0]}__{ONE_COLUMN[operator]}": key[0]})
    return ROW[operator](Tuple(*[F(name) for name in ordering.names]), key)


def _direction(ordering: Ordering, *, reverse: bool) -> Direction:
    sign = "-" if ordering.descending != reverse else ""
    return [sign + name for name in ordering.names]
