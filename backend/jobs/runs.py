"""Rows in the order of an index, split by the value of the column that leads it.

Asked for the newest FAILED jobs, PostgreSQL likes to walk all jobs from the newest on and to drop
those that are something else: cheap if failures are spread evenly, but they come in clusters, and
then it walks half the table. Told to sort by state first, it has only the index that begins with
the state to read from, and reads no row too many. Of several states it reads a run each, and merges
them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.database.records import Table
from backend.database.sql import Sql, joined, on_postgresql

Direction = Sequence[str]  # columns, all with a minus or none


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

    table: Table
    conditions: Sequence[Sql]  # all of which must hold
    among: Among | None = None

    @classmethod
    def of(cls, table: Table, conditions: Sequence[Sql], among: Among | None) -> "Runs":
        """The rows that meet the conditions and whose column is among the values."""
        if among is None:
            return cls(table, conditions)
        values = sorted(set(among.values))
        # SQLite needs no runs at its size.
        if not on_postgresql() or not values:
            return cls(table, [*conditions, one_of(among.column, values)])
        return cls(table, conditions, replace(among, values=values))

    def where(self, *conditions: Sql) -> "Runs":
        """Those that meet the conditions too."""
        return replace(self, conditions=[*self.conditions, *conditions])

    def head(self, direction: Direction, limit: int, *carried: Sql) -> Sql:
        """The first rows, the first among the first of each run, each carrying further values."""
        selected = joined(", ", [Sql(self.table.selected), *carried])
        if (runs := self._runs(Sql(self.table.selected), direction, limit)) is None:
            return self._run(selected, direction, limit)
        ordered = Sql(f" ORDER BY {_order(direction)} LIMIT {limit}")
        return joined("", [Sql("SELECT "), selected, Sql(" FROM "), runs, ordered])

    def any_key(self, direction: Direction) -> Sql:
        """An expression: the key of some first row, or NULL where there is no row.

        An EXISTS would do, but PostgreSQL plans it without regard to where in the table the rows
        lie, and may walk past half of it before it meets one.
        """
        found = self._run(Sql("id"), direction, 1)
        if (runs := self._runs(Sql("id"), direction, 1)) is not None:
            found = joined("", [Sql("SELECT id FROM "), runs, Sql(" LIMIT 1")])
        return joined("", [Sql("("), found, Sql(")")])

    def _runs(self, selected: Sql, direction: Direction, limit: int) -> Sql | None:
        """The first rows of each run, as a table; None where there is but one run.

        It is planned once, however many runs there are.
        """
        if self.among is None or len(self.among.values) == 1:
            return None
        run = self._run(selected, direction, limit, value=Sql("run.value"))
        places = ", ".join(["%s"] * len(self.among.values))
        values = Sql(f"unnest(ARRAY[{places}]::text[]) AS run(value)", tuple(self.among.values))
        return joined("", [values, Sql(", LATERAL ("), run, Sql(") found")])

    def _run(
        self, selected: Sql, direction: Direction, limit: int, *, value: Sql | None = None
    ) -> Sql:
        """The first rows whose column has that value: by default the only one there is."""
        conditions, order = self.conditions, list(direction)
        if self.among is not None:
            column = self.among.column
            conditions = [
                *conditions,
                _is(column, value or Sql("%s", (self.among.values[0],))),
            ]
            order.insert(0, f"-{column}" if direction[0].startswith("-") else column)
        found = matching(self.table, selected, conditions)
        return joined("", [found, Sql(f" ORDER BY {_order(order)} LIMIT {limit}")])


def matching(table: Table, selected: Sql, conditions: Sequence[Sql]) -> Sql:
    """What is selected of the rows that meet all conditions."""
    found = joined("", [Sql("SELECT "), selected, Sql(f" FROM {table.name}")])
    if not conditions:
        return found
    return joined("", [found, Sql(" WHERE "), joined(" AND ", conditions)])


def one_of(column: str, values: Sequence[Any]) -> Sql:
    """That the column has one of the values; none, and no row has it."""
    if not values:
        return Sql("1 = 0")
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _is(column: str, value: Sql) -> Sql:
    """That the column has this value, said so that PostgreSQL does not take it for a constant.

    It would drop a constant from the order, and with it the reason to read by that column.
    """
    return value._replace(text=f"{column} = ANY (ARRAY[{value.text}])")


def _order(direction: Direction) -> str:
    return ", ".join(
        f"{column[1:]} DESC" if column.startswith("-") else column for column in direction
    )
