"""Plans for objects: each field of all rows at a time, then the rows together.

A field is had from a column, by a function of the row, or by a batch that loads it for all rows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from backend.database.records import Record
from schema.plan import Batch, Column, Columns, Read, Run, Unplannable, Values


@dataclass(frozen=True, slots=True)
class Step:
    """One field of an object: how to get its values from rows, and how to complete them.

    One of these: the attribute `name`, read by `read`; `read` alone; `together`, for all rows at
    once; `batch`, which has to be waited for.
    """

    key: str
    values: Values
    name: str | None = None
    read: Read | None = None
    together: Callable[[Sequence[Any]], Column] | None = None
    batch: Batch | None = None
    arguments: Callable[[Run], dict[str, Any]] | None = None
    _known: dict[type[Record], Callable[[Column], Column] | None] = field(default_factory=dict)

    def kept(self, record: type[Record]) -> Callable[[Column], Column] | None:
        """How to complete the field's column of such records as it is kept, if that can be."""
        if record not in self._known:
            can_be = self.name is not None and self.name in record.columns
            self._known[record] = self.values.of_column(record, self.name or "") if can_be else None
        return self._known[record]


class Objects(Values):
    """Objects of one type: a selection of fields."""

    __slots__ = ("_build", "_is_type_of", "_loads", "_steps", "waits")

    def __init__(
        self,
        constants: Mapping[str, Any],
        steps: Sequence[Step],
        is_type_of: Callable[[Any, Any], bool] | None,
    ) -> None:
        self._steps = steps
        self._loads = [step for step in steps if step.batch is not None]
        self._is_type_of = is_type_of
        self._build = _builder(tuple(constants.items()), tuple(step.key for step in steps))
        self.waits = any(step.batch or step.values.waits for step in steps)

    def now(self, values: Column) -> Column:
        """Complete the objects, a field at a time for all of them."""
        reader = self._reader(values)
        columns = []
        for step in self._steps:
            column, is_complete = reader(step)
            columns.append(column if is_complete else step.values.now(column))
        return self._build(columns, len(values))

    async def later(self, values: Column, run: Run) -> Column:
        """Complete the objects, a field at a time for all of them."""
        reader = self._reader(values)
        # All at once, so that loaders which several fields share are asked once for all of them.
        loads = [
            step.batch(values, run.context, **(step.arguments(run) if step.arguments else {}))
            for step in self._loads
            if step.batch is not None
        ]
        loaded = iter(await _all(loads)) if loads else iter(())
        columns = []
        for step in self._steps:
            column, is_complete = reader(step) if step.batch is None else (next(loaded), False)
            if not is_complete:
                column = (
                    await step.values.later(column, run)
                    if step.values.waits
                    else step.values.now(column)
                )
            columns.append(column)
        return self._build(columns, len(values))

    def _reader(self, values: Column) -> Callable[[Step], tuple[Column, bool]]:
        """How to get the values of a step's field, and whether they are complete already."""
        check = self._is_type_of
        if type(values) is not list and isinstance(values, Columns):
            if check is not None:
                raise Unplannable
            return lambda step: (_column(step, values), False)
        kinds = set(map(type, values))
        if len(kinds) == 1 and issubclass(record := next(iter(kinds)), Record):
            if check is not None and not check(values[0], None):
                raise Unplannable
            return _record_reader(record, values)
        if check is not None and not all(check(value, None) for value in values):
            raise Unplannable
        return lambda step: (_read_all(step, values), False)


class Unions(Values):
    """Objects of several types, each known by the Python class of its values."""

    __slots__ = ("_plans", "waits")

    def __init__(self, plans: Mapping[type, Values]) -> None:
        self._plans = plans
        self.waits = any(plan.waits for plan in plans.values())

    def now(self, values: Column) -> Column:
        """Complete each by the plan of its type."""
        return [self._plan(value).now([value])[0] for value in values]

    async def later(self, values: Column, run: Run) -> Column:
        """Complete each by the plan of its type."""
        return [(await self._plan(value).later([value], run))[0] for value in values]

    def _plan(self, value: Any) -> Values:
        plan = self._plans.get(type(value))
        if plan is None:
            raise Unplannable
        return plan


async def _all(loads: Sequence[Awaitable[Any]]) -> list[Any]:
    """What all of them loaded. The first failure is raised when nothing is under way any more."""
    if len(loads) == 1:
        return [await loads[0]]
    loaded = await asyncio.gather(*loads, return_exceptions=True)
    for each in loaded:
        if isinstance(each, BaseException):
            raise each
    return loaded


def _record_reader(
    record: type[Record], rows: Sequence[Any]
) -> Callable[[Step], tuple[Column, bool]]:
    columns = dict(zip(record.columns, zip(*rows, strict=True), strict=True))

    def read(step: Step) -> tuple[Column, bool]:
        complete = step.kept(record)
        if complete is not None:
            return complete(columns[step.name or ""]), True
        if step.together is not None:
            return step.together(rows), False
        return _read_all(step, rows), False

    return read


def _column(step: Step, values: Columns) -> Column:
    if step.name is None:
        raise Unplannable
    return values.column(step.name)


def _read_all(step: Step, rows: Sequence[Any]) -> Column:
    if step.read is None:
        raise Unplannable
    return list(map(step.read, rows))


@lru_cache(maxsize=1_000)
def _builder(
    constants: tuple[tuple[str, Any], ...], keys: tuple[str, ...]
) -> Callable[[Sequence[Column], int], list[dict[str, Any]]]:
    """Makes objects of columns: by a dict display in a comprehension, with no loop over the keys.

    Compiled from nothing but keys, which are names of GraphQL; __typename is filled in already.
    """
    places = {key: f"v{number}" for number, key in enumerate(keys)}
    items = ", ".join(f"{key!r}: {places.get(key, repr(value))}" for key, value in constants)
    if keys:
        loop = f"for {', '.join(places.values())}, in zip(*columns, strict=True)"
    else:
        loop = "for _ in range(number)"
    build: Callable[[Sequence[Column], int], list[dict[str, Any]]]
    build = eval(f"lambda columns, number: [{{{items}}} {loop}]")  # noqa: S307 (see above)
    return build
