"""Plans: how to complete values for all rows of a page at a time.

The reference executor completes a value field by field, with a path, an info and a coroutine for
each: 7 µs for a plain attribute, many times that for a loader, and a page of 50 jobs has hundreds.
A plan knows beforehand which column, attribute or function gives each field, goes through a page
column by column, and asks for what the rows point to once for all of them. At anything unusual (a
value of the wrong type, an exception from anywhere) it gives up, and the reference executor does
the work from the same resolved value, so that results and errors are its own. schema.planner makes
plans.
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import accumulate, chain, pairwise
from typing import Any, Final, NamedTuple

from backend.database.records import Record

Read = Callable[[Any], Any]
Batch = Callable[..., Awaitable[Sequence[Any]]]
Column = Sequence[Any]
LISTS: Final = frozenset({list, tuple})


class Unplannable(Exception):
    """The selection, or a value met while running, is more than a plan can do."""


class Run(NamedTuple):
    """What a plan needs of the request."""

    context: Any
    variables: Any


class Columns(Sequence[Any]):
    """Objects that are had as columns, their attributes; a subclass makes one of them."""

    def __init__(self, **columns: Column) -> None:
        self.columns = columns

    def __len__(self) -> int:
        """How many there are."""
        return len(next(iter(self.columns.values())))

    def column(self, name: str) -> Column:
        """An attribute of all of them."""
        return self.columns[name]


class Ragged(Sequence[Any]):
    """Lists that are had as one: their items, one list after the other, and how many are whose."""

    def __init__(self, items: Column, sizes: Sequence[int]) -> None:
        self.items = items
        self.sizes = sizes

    def __len__(self) -> int:
        """How many lists there are."""
        return len(self.sizes)

    def __getitem__(self, index: Any) -> Any:
        """One list."""
        return _cut(self.sizes, self.items)[index]


class Values:
    """A plan for values of one output type."""

    __slots__ = ()
    waits = False  # whether something has to be loaded

    def now(self, values: Column) -> Column:
        """Complete the values; only where the plan does not wait."""
        raise NotImplementedError

    async def later(self, values: Column, run: Run) -> Column:
        """Complete the values; a plan that waits says how."""
        del run
        return self.now(values)

    def of_column(self, record: type[Record], name: str) -> Callable[[Column], Column] | None:
        """How to complete a column of records as it is kept; None where there is no short way."""
        del record, name
        return None


class Leaves(Values):
    """Scalars and enums. `kept` says how to complete them as records keep them."""

    __slots__ = ("_kept", "_serialize")

    def __init__(
        self,
        serialize: Read,
        kept: Callable[[type[Record], str], Callable[[Column], Column] | None],
    ) -> None:
        self._serialize = serialize
        self._kept = kept

    def now(self, values: Column) -> Column:
        """Serialize each."""
        return list(map(self._serialize, values))

    def of_column(self, record: type[Record], name: str) -> Callable[[Column], Column] | None:
        """Straight from what is kept to text, without an object in between."""
        return self._kept(record, name)


class Nullable(Values):
    """Values that may be null."""

    __slots__ = ("inner", "waits")

    def __init__(self, inner: Values) -> None:
        self.inner = inner
        self.waits = inner.waits

    def now(self, values: Column) -> Column:
        """Complete those that are there."""
        if None not in values:
            return self.inner.now(values)
        return _with_nulls(values, self.inner.now([each for each in values if each is not None]))

    async def later(self, values: Column, run: Run) -> Column:
        """Complete those that are there."""
        there = [each for each in values if each is not None]
        return _with_nulls(values, await self.inner.later(there, run) if there else [])

    def of_column(self, record: type[Record], name: str) -> Callable[[Column], Column] | None:
        """The same, from what is kept."""
        complete = self.inner.of_column(record, name)
        if complete is None:
            return None

        def nullable(column: Column) -> Column:
            if None not in column:
                return complete(column)
            return _with_nulls(column, complete([each for each in column if each is not None]))

        return nullable


class Lists(Values):
    """Lists: all their items are completed together."""

    __slots__ = ("inner", "waits")

    def __init__(self, inner: Values) -> None:
        self.inner = inner
        self.waits = inner.waits

    def now(self, values: Column) -> Column:
        """Complete the items of all lists."""
        if len(values) == 1:
            return [self.inner.now(_items(values[0]))]
        items, sizes = _all_items(values)
        return _cut(sizes, self.inner.now(items))

    async def later(self, values: Column, run: Run) -> Column:
        """Complete the items of all lists."""
        if len(values) == 1:
            items = _items(values[0])
            return [await self.inner.later(items, run) if items else []]
        items, sizes = _all_items(values)
        return _cut(sizes, await self.inner.later(items, run) if items else [])


def batched(load: Batch) -> Callable[[Any], Any]:
    """Say how to resolve a field for many rows at once: `await load(rows, context, **arguments)`.

    The list that it returns has a value for each row, in their order, and the values are those
    that the resolver gives for each row by itself.
    """

    def mark(resolver: Any) -> Any:
        resolver.batch = load
        return resolver

    return mark


def together(read: Callable[[Sequence[Any]], Column]) -> Callable[[Any], Any]:
    """Say how to resolve a field for many records of one kind at once, without waiting."""

    def mark(resolver: Any) -> Any:
        resolver.together = read
        return resolver

    return mark


def _items(value: Any) -> Column:
    if not isinstance(value, list | tuple | Columns):
        raise Unplannable
    return value


def _all_items(lists: Sequence[Any]) -> tuple[Column, Sequence[int]]:
    """The items of all lists, and how many are whose."""
    if isinstance(lists, Ragged):
        return lists.items, lists.sizes
    if not set(map(type, lists)) <= LISTS:
        lists = list(map(_items, lists))
    return list(chain.from_iterable(lists)), list(map(len, lists))


def _cut(sizes: Sequence[int], items: Column) -> list[Column]:
    """The items of all lists, as lists again."""
    ends = accumulate(sizes, initial=0)
    return [items[start:end] for start, end in pairwise(ends)]


def _with_nulls(values: Column, completed: Column) -> Column:
    rest = iter(completed)
    return [None if value is None else next(rest) for value in values]
