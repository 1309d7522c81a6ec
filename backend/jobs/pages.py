"""Read one keyset page of a queryset, in one statement, whether or not more follows."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Exists, F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from backend.jobs.keyset import Key, Ordering, Page, Slice

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
    alternatives: Sequence[Q] = (),
) -> Slice[tuple[Any, ...]]:
    """The rows of a page as tuples of `columns`, in the ordering's direction.

    `alternatives` are conditions of which exactly one holds for every row wanted, each served by
    an index in this ordering. PostgreSQL then merges the head of each instead of walking past
    all the rows that meet none.
    """
    wanted = rows.filter(reduce(or_, alternatives)) if alternatives else rows
    inside = [_beyond(ordering, ">", page.after), _beyond(ordering, "<", page.before)]
    # "Is there more?" on the near side is one row read too many; on the far side, behind a cursor,
    # it is an index probe that rides on the same statement.
    far_side = (
        _beyond(ordering, ">=", page.before)
        if page.backward
        else _beyond(ordering, "<=", page.after)
    )
    near_side = (
        _beyond(ordering, "<=", page.after)
        if page.backward
        else _beyond(ordering, ">=", page.before)
    )
    found = _heads(
        rows if alternatives and _merges() else wanted,
        alternatives if _merges() else (),
        inside=[condition for condition in inside if condition is not None],
        direction=_direction(ordering, reverse=page.backward),
        limit=page.size + 1,
        columns=columns,
        probes={
            name: Exists(_as_queryset(wanted).filter(condition))
            for name, condition in (("far_side", far_side), ("near_side", near_side))
            if condition is not None
        },
    )
    overflow = len(found) > page.size
    found = found[: page.size]
    if found:
        probed = iter(found[0][len(columns) :])
        far = next(probed) if far_side is not None else False
        near = next(probed) if near_side is not None else False
    else:  # no row to carry the probes
        far = far_side is not None and wanted.filter(far_side).exists()
        near = near_side is not None and wanted.filter(near_side).exists()
    result = [row[: len(columns)] for row in found]
    near = overflow or bool(near)
    if page.backward:
        return Slice(result[::-1], has_next=bool(far), has_previous=near)
    return Slice(result, has_next=near, has_previous=bool(far))


def _heads(
    rows: QuerySet[Any, Any],
    alternatives: Sequence[Q],
    *,
    inside: Sequence[Any],
    direction: Sequence[str],
    limit: int,
    columns: Sequence[str],
    probes: dict[str, Any],
) -> list[tuple[Any, ...]]:
    """The first `limit` rows of the union of the alternatives."""
    names = (*columns, *probes)
    branches = [
        rows.filter(condition, *inside).annotate(**probes).order_by(*direction).values_list(*names)
        for condition in alternatives or (Q(),)
    ]
    if len(branches) == 1:
        return list(branches[0][:limit])
    merged = branches[0][:limit].union(*[branch[:limit] for branch in branches[1:]], all=True)
    return list(merged.order_by(*direction)[:limit])


def _beyond(ordering: Ordering, comparison: str, key: Key | None) -> Any:
    """The condition that a row stands in that relation to `key` in the order of the list."""
    if key is None:
        return None
    operator = MIRRORED[comparison] if ordering.descending else comparison
    if len(ordering.names) == 1:
        return Q(**{f"{ordering.names[0]}__{ONE_COLUMN[operator]}": key[0]})
    return ROW[operator](Tuple(*[F(name) for name in ordering.names]), key)


def _direction(ordering: Ordering, *, reverse: bool) -> list[str]:
    sign = "-" if ordering.descending != reverse else ""
    return [sign + name for name in ordering.names]


def _merges() -> bool:
    """SQLite takes no ORDER BY within a union, and needs none at its size."""
    return connection.vendor == "postgresql"


def _as_queryset(rows: QuerySet[Model, Any]) -> QuerySet[Model, Any]:
    return rows.order_by()
