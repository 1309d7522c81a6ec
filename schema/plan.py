"""Plans: how to complete values for all rows of a page at a time.

The reference executor completes a value field by field, with a path, an info and a coroutine for
each: 7 µs for a plain attribute, many times that for a loader, and a page of 50 jobs has hundreds.
A plan knows beforehand which attribute or function gives each field, and asks for what the rows
point to once for all of them. At anything unusual (a value of the wrong type, an exception from
anywhere) it gives up, and the reference executor does the work from the same resolved value, so
that results and errors are its own. schema.planner makes plans.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Read = Callable[[Any], Any]
Batch = Callable[..., Awaitable[Sequence[Any]]]


class Unplannable(Exception):
    """The selection, or a value met while running, is more than a plan can do."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a plan needs of the request."""

    context: Any
    variables: Any


class Values:
    """A plan for values of one output type."""

    __slots__ = ()
    waits = False  # whether something has to be loaded

    def now(self, values: Sequence[Any]) -> list[Any]:
        """Complete the values; only where the plan does not wait."""
        raise NotImplementedError

    async def later(self, values: Sequence[Any], run: Run) -> list[Any]:
        """Complete the values; a plan that waits says how."""
        del run
        return self.now(values)


class Leaves(Values):
    """Scalars and enums."""

    __slots__ = ("_serialize",)

    def __init__(self, serialize: Read) -> None:
        self._serialize = serialize

    def now(self, values: Sequence[Any]) -> list[Any]:
        """Serialize each."""
        return list(map(self._serialize, values))


class Nullable(Values):
    """Values that may be null."""

    __slots__ = ("inner", "waits")

    def __init__(self, inner: Values) -> None:
        self.inner = inner
        self.waits = inner.waits

    def now(self, values: Sequence[Any]) -> list[Any]:
        """Complete those that are there."""
        return _with_nulls(values, self.inner.now([each for each in values if each is not None]))

    async def later(self, values: Sequence[Any], run: Run) -> list[Any]:
        """Complete those that are there."""
        there = [each for each in values if each is not None]
        return _with_nulls(values, await self.inner.later(there, run) if there else [])


class Lists(Values):
    """Lists: all their items are completed together."""

    __slots__ = ("inner", "waits")

    def __init__(self, inner: Values) -> None:
        self.inner = inner
        self.waits = inner.waits

    def now(self, values: Sequence[Any]) -> list[Any]:
        """Complete the items of all lists."""
        if len(values) == 1:
            return [self.inner.now(_items(values[0]))]
        return _cut(values, self.inner.now([item for each in values for item in _items(each)]))

    async def later(self, values: Sequence[Any], run: Run) -> list[Any]:
        """Complete the items of all lists."""
        items = [item for each in values for item in _items(each)]
        return _cut(values, await self.inner.later(items, run) if items else [])


@dataclass(frozen=True, slots=True)
class Step:
    """One field of an object: how to get its value from a row, and how to complete the value."""

    key: str
    read: Read | None
    batch: Batch | None
    arguments: Callable[[Run], dict[str, Any]] | None
    values: Values


class Objects(Values):
    """Objects of one type: a selection of fields."""

    __slots__ = ("_constants", "_is_type_of", "_steps", "waits")

    def __init__(
        self,
        constants: dict[str, Any],
        steps: Sequence[Step],
        is_type_of: Callable[[Any, Any], bool] | None,
    ) -> None:
        self._constants = constants  # every key in its place, __typename already filled in
        self._steps = steps
        self._is_type_of = is_type_of
        self.waits = any(step.batch or step.values.waits for step in steps)

    def now(self, values: Sequence[Any]) -> list[Any]:
        """Complete the objects, a field at a time for all of them."""
        results = self._blank(values)
        for step in self._steps:
            _fill(results, step.key, step.values.now(_read_all(step, values)))
        return results

    async def later(self, values: Sequence[Any], run: Run) -> list[Any]:
        """Complete the objects, a field at a time for all of them."""
        results = self._blank(values)
        # All at once, so that loaders which several fields share are asked once for all of them.
        loads = [
            step.batch(values, run.context, **(step.arguments(run) if step.arguments else {}))
            for step in self._steps
            if step.batch is not None
        ]
        loaded = iter(await _all(loads))
        for step in self._steps:
            found = next(loaded) if step.batch is not None else _read_all(step, values)
            completed = (
                await step.values.later(found, run) if step.values.waits else step.values.now(found)
            )
            _fill(results, step.key, completed)
        return results

    def _blank(self, values: Sequence[Any]) -> list[dict[str, Any]]:
        check = self._is_type_of
        if check is not None and not all(check(value, None) for value in values):
            raise Unplannable
        constants = self._constants
        return [constants.copy() for _ in values]


def batched(load: Batch) -> Callable[[Any], Any]:
    """Say how to resolve a field for many rows at once: `await load(rows, context, **arguments)`.

    The list that it returns has a value for each row, in their order, and the values are those
    that the resolver gives for each row by itself.
    """

    def mark(resolver: Any) -> Any:
        resolver.batch = load
        return resolver

    return mark


async def _all(loads: Sequence[Awaitable[Any]]) -> list[Any]:
    """What all of them loaded. The first failure is raised when nothing is under way any more."""
    if len(loads) == 1:
        return [await loads[0]]
    loaded = await asyncio.gather(*loads, return_exceptions=True)
    for each in loaded:
        if isinstance(each, BaseException):
            raise each
    return loaded


def _read_all(step: Step, rows: Sequence[Any]) -> list[Any]:
    return list(map(step.read, rows)) if step.read is not None else []


def _fill(results: Iterable[dict[str, Any]], key: str, values: Iterable[Any]) -> None:
    for result, value in zip(results, values, strict=True):
        result[key] = value


def _items(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Unplannable
    return value


def _cut(lists: Sequence[Sequence[Any]], items: list[Any]) -> list[Any]:
    """The items of all lists, as lists again."""
    result, start = [], 0
    for each in lists:
        end = start + len(each)
        result.append(items[start:end])
        start = end
    return result


def _with_nulls(values: Sequence[Any], completed: Iterable[Any]) -> list[Any]:
    rest = iter(completed)
    return [None if value is None else next(rest) for value in values]
