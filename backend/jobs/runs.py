"""Rows in the order of an index, split by the value of the column that leads it.

Asked for the newest FAILED jobs, PostgreSQL likes to walk all jobs from the newest on and to drop
those that are something else: cheap if failures are spread evenly, but they come in clusters, and
then it walks half the table. Told to sort by state first, it has only the index that begins with
the state to read from, and reads no row too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

Direction = Sequence[str]  # columns as for order_by, all with a minus or none


@dataclass(frozen=True)
class Among:
    """Only rows whose column has one of these values; no values, no rows.

    The column leads an index that goes on with the columns of any ordering used.
    """

    column: str
    values: Sequence[str]


@dataclass(frozen=True)
class Runs:
    """Rows to be read from the front in some direction, merged from a run for each value."""

    branches: Sequence[QuerySet[Any, Any]]
    leads: Sequence[str] = ()

    @classmethod
    def of(cls, rows: QuerySet[Any, Any], among: Among | None) -> "Runs":
        """The rows whose column is among the values."""
        if among is None:
            return cls([rows])
        values = sorted(set(among.values))
        # SQLite takes no ORDER BY within a union, and needs none at its size.
        if connection.vendor != "postgresql" or not values:
            return cls([rows.filter(**{f"{among.column}__in": values})])
        return cls([rows.filter(_is(among.column, value)) for value in values], (among.column,))

    def where(self, *conditions: Any, **carried: Any) -> "Runs":
        """Those that meet the conditions too, each carrying further columns."""
        branches = [branch.filter(*conditions).annotate(**carried) for branch in self.branches]
        return Runs(branches, self.leads)

    def head(
        self, direction: Direction, columns: Sequence[str], limit: int
    ) -> list[tuple[Any, ...]]:
        """The first rows: the first among the first of each run."""
        first, *others = [
            branch.values_list(*columns)[:limit] for branch in self._in_order(direction)
        ]
        if not others:
            return list(first)
        return list(first.union(*others, all=True).order_by(*direction)[:limit])

    def any_key(self, direction: Direction) -> Any:
        """An expression: the key of some first row, or NULL where there is no row.

        An EXISTS would do, but PostgreSQL plans it without regard to where in the table the rows
        lie, and may walk past half of it before it meets one.
        """
        first, *others = [Subquery(branch.values("pk")[:1]) for branch in self._in_order(direction)]
        return Coalesce(first, *others) if others else first

    def _in_order(self, direction: Direction) -> list[QuerySet[Any, Any]]:
        sign = "-" if direction[0].startswith("-") else ""
        leads = [sign + lead for lead in self.leads]
        return [branch.order_by(*leads, *direction) for branch in self.branches]


def _is(column: str, value: str) -> Func:
    """That the column has this value, said so that PostgreSQL does not take it for a constant.

    It would drop a constant from the order, and with it the reason to read by that column.
    """
    return Func(
        F(column),
        Value(value),
        template="%(expressions)s])",
        arg_joiner=" = ANY (ARRAY[",
        output_field=BooleanField(),
    )
