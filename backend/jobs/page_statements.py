"""The statements that read keyset pages: written once for each shape, filled in for each request.

Putting a statement together from its conditions takes up to 60 µs, three times what it takes to
fill one in. Its text depends on which conditions there are, and not on their values.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from backend.database.records import Table
from backend.database.sql import Sql
from backend.jobs.keyset import Key, Ordering, Page
from backend.jobs.runs import Among, Direction, Runs

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Shape(NamedTuple):
    """All that the text of a page's statements depends on."""

    table: Table
    conditions: tuple[tuple[str, int, bool], ...]  # texts, numbers of values, by value or not
    among: tuple[str, int] | None  # a column, and of how many values
    ordering: Ordering
    size: int
    backward: bool
    is_after: bool
    is_before: bool


class Slot(NamedTuple):
    """Where a value goes: its number among those of a request."""

    number: int


class Template(NamedTuple):
    """A statement without its values: `order` says which of the request's go where."""

    text: str
    order: tuple[int, ...]
    by_value: bool

    @classmethod
    def of(cls, statement: Sql) -> "Template":
        """The template of a statement whose values are slots."""
        order = tuple(slot.number for slot in statement.values)
        return cls(statement.text, order, statement.by_value)

    def filled(self, values: Sequence[Any]) -> Sql:
        """The statement with these values."""
        return Sql(self.text, tuple([values[number] for number in self.order]), self.by_value)


class Written(NamedTuple):
    """The statement that reads a page, whose rows carry whether there is more on either side.

    `probes` ask the same where the page has no row to carry it.
    """

    head: Template
    probes: dict[str, Template]  # "behind" and "ahead"


class PageStatements(NamedTuple):
    """The statements of one request, and its values."""

    written: Written
    values: list[Any]

    @property
    def head(self) -> Sql:
        """The statement that reads the page."""
        return self.written.head.filled(self.values)

    def probe(self, name: str) -> Sql:
        """The statement that finds a row there, if there is any."""
        return self.written.probes[name].filled(self.values)


def page_statements(
    table: Table, conditions: Sequence[Sql], ordering: Ordering, page: Page, among: Among | None
) -> PageStatements:
    """The statements for that page of the rows that meet the conditions."""
    runs = Runs.of(table, conditions, among)
    values = [value for condition in runs.conditions for value in condition.values]
    values += page.after or ()
    values += page.before or ()
    chosen = None
    if runs.among is not None:
        chosen = runs.among.column, len(runs.among.values)
        values += runs.among.values
    shape = Shape(
        table,
        tuple([(each.text, len(each.values), each.by_value) for each in runs.conditions]),
        chosen,
        ordering,
        page.size,
        page.backward,
        page.after is not None,
        page.before is not None,
    )
    return PageStatements(_written(shape), values)


@lru_cache(maxsize=1_000)
def _written(shape: Shape) -> Written:
    numbers = count()

    def slots(number: int) -> tuple[Slot, ...]:
        return tuple(Slot(next(numbers)) for _ in range(number))

    ordering, width = shape.ordering, len(shape.ordering.names)
    conditions = [Sql(text, slots(number), by) for text, number, by in shape.conditions]
    after = slots(width) if shape.is_after else None
    before = slots(width) if shape.is_before else None
    among = None
    if shape.among is not None:
        column, number = shape.among
        among = Among(column, slots(number))  # type: ignore[arg-type]
    runs = Runs(shape.table, conditions, among)
    onward = _direction(ordering, reverse=shape.backward)
    back = _direction(ordering, reverse=not shape.backward)
    # "Is there more?" onward is one row read too many; beyond a cursor, it is the row next to it,
    # one index seek that rides on the same statement.
    if shape.backward:
        behind, ahead = _beyond(ordering, ">=", before), _beyond(ordering, "<=", after)
    else:
        behind, ahead = _beyond(ordering, "<=", after), _beyond(ordering, ">=", before)
    probes = {
        name: (runs.where(*condition), direction)
        for name, condition, direction in (("behind", behind, back), ("ahead", ahead, onward))
        if condition
    }
    wanted = runs.where(*_beyond(ordering, ">", after), *_beyond(ordering, "<", before))
    keys = {name: beyond.any_key(direction) for name, (beyond, direction) in probes.items()}
    carried = [key._replace(text=f"{key.text} AS {name}") for name, key in keys.items()]
    return Written(
        Template.of(wanted.head(onward, shape.size + 1, *carried)),
        {
            name: Template.of(beyond.head(direction, 1))
            for name, (beyond, direction) in probes.items()
        },
    )


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
