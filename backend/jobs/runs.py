"""Rows in the order of an index, split by the value of the column that leads it.

Asked for the newest FAILED jobs, PostgreSQL likes to walk all jobs from the newest on and to drop
those that are something else: cheap if failures are spread evenly, but they come in clusters, and
then it walks half the table. Told to sort by state first, it has only the index that begins with
the state to read from, and reads no row too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.database.records import Table
from backend.database.sql import Sql, on_postgresql

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
    branches: Sequence[Sequence[Sql]]  # conditions, all of which must hold
    leads: Sequence[str] = ()

    @classmethod
    def of(cls, table: Table, conditions: Sequence[Sql], among: Among | None) -> "Runs":
        """The rows that meet the conditions and whose column is among the values."""
        if among is None:
            return cls(table, [conditions])
        values = sorted(set(among.values))
        # SQLite needs no runs at its size.
        if not on_postgresql() or not values:
            return cls(table, [[*conditions, one_of(among.column, values)]])
        branches = [[*conditions, _is(among.column, value)] for value in values]
        return cls(table, branches, (among.column,))

    def where(self, *conditions: Sql) -> "Runs":
        """Those that meet the conditions too."""
        return Runs(self.table, [[*each, *conditions] for each in self.branches], self.leads)

    def head(self, direction: Direction, limit: int, *carried: Sql) -> Sql:
        """The first rows, the first among the first of each run, each carrying further values."""
        selected = Sql(self.table.selected)
        for each in carried:
            selected = Sql(f"{selected.text}, {each.text}", selected.values + each.values)
        branches = self._in_order(direction, selected, limit)
        if len(branches) == 1:
            return branches[0]
        text = " UNION ALL ".join(f"({branch.text})" for branch in branches)
        return Sql(
            f"{text} ORDER BY {_order(direction)} LIMIT {limit}",
            tuple(value for branch in branches for value in branch.values),
        )

    def any_key(self, direction: Direction) -> Sql:
        """An expression: the key of some first row, or NULL where there is no row.

        An EXISTS would do, but PostgreSQL plans it without regard to where in the table the rows
        lie, and may walk past half of it before it meets one.
        """
        branches = self._in_order(direction, Sql("id"), 1)
        text = ", ".join(f"({branch.text})" for branch in branches)
        values = tuple(value for branch in branches for value in branch.values)
        return Sql(f"coalesce({text})" if len(branches) > 1 else text, values)

    def _in_order(self, direction: Direction, selected: Sql, limit: int) -> list[Sql]:
        sign = "-" if direction[0].startswith("-") else ""
        order = _order([*[sign + lead for lead in self.leads], *direction])
        branches = []
        for conditions in self.branches:
            found = matching(self.table, selected, conditions)
            branches.append(Sql(f"{found.text} ORDER BY {order} LIMIT {limit}", found.values))
        return branches


def matching(table: Table, selected: Sql, conditions: Sequence[Sql]) -> Sql:
    """What is selected of the rows that meet all conditions."""
    text, values = f"SELECT {selected.text} FROM {table.name}", list(selected.values)  # noqa: S608 (names of ours)
    for number, condition in enumerate(conditions):
        text += f" {'AND' if number else 'WHERE'} {condition.text}"
        values += condition.values
    return Sql(text, tuple(values))


def one_of(column: str, values: Sequence[Any]) -> Sql:
    """That the column has one of the values; none, and no row has it."""
    if not values:
        return Sql("1 = 0")
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _is(column: str, value: str) -> Sql:
    """That the column has this value, said so that PostgreSQL does not take it for a constant.

    It would drop a constant from the order, and with it the reason to read by that column.
    """
    return Sql(f"{column} = ANY (ARRAY[%s])", (value,))


def _order(direction: Direction) -> str:
    return ", ".join(
        f"{column[1:]} DESC" if column.startswith("-") else column for column in direction
    )
