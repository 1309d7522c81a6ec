"""Plans: selections compiled once for a document, and run for all rows of a page at a time.

The reference executor completes a value field by field, with a path, an info and a coroutine for
each: 7 µs for a plain attribute, many times that for a loader, and a page of 50 jobs has hundreds.
A plan knows beforehand which attribute or function gives each field, and asks for what the rows
point to once for all of them. It is compiled only for what it can do exactly: attributes,
functions of the row, and edges that can be loaded for many rows at once. At anything unusual
(another kind of field, a directive, a value of the wrong type, an exception from anywhere) it
gives up, and the reference executor does the work from the same resolved value, so that results
and errors are its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.executor import Executor
from graphql.execution.values import get_argument_values
from graphql.language import FieldNode

INT_LIMIT: Final = 1 << 31

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

    __slots__ = ("_one",)

    def __init__(self, leaf: GraphQLLeafType) -> None:
        self._one = _serializer(leaf)

    def now(self, values: Sequence[Any]) -> list[Any]:
        """Serialize each."""
        return list(map(self._one, values))


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
        loaded = iter([await loads[0]] if len(loads) == 1 else await asyncio.gather(*loads))
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


class Compiler:
    """Compiles what a field returns, for one executor's document and operation."""

    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor

    def values(self, output: GraphQLOutputType, selected: FieldDetailsList) -> Values:
        """The plan for values of a type with that selection. Raises Unplannable."""
        if isinstance(output, GraphQLNonNull):
            return self._present(output.of_type, selected)
        return Nullable(self._present(output, selected))

    def _present(self, output: GraphQLOutputType, selected: FieldDetailsList) -> Values:
        if isinstance(output, GraphQLList):
            return Lists(self.values(output.of_type, selected))
        if is_leaf_type(output):
            return Leaves(output)
        if isinstance(output, GraphQLObjectType):
            return self._objects(output, selected)
        raise Unplannable

    def _objects(self, kind: GraphQLObjectType, selected: FieldDetailsList) -> Objects:
        constants: dict[str, Any] = {}
        steps = []
        for key, details in self._executor.collect_subfields(
            kind, selected
        ).grouped_field_set.items():
            node = details[0].node
            constants[key] = None
            if node.name.value == "__typename":
                constants[key] = kind.name
            else:
                steps.append(self._step(key, kind.fields[node.name.value], node, details))
        is_type_of: Any = kind.is_type_of
        return Objects(constants, steps, is_type_of)

    def _step(
        self, key: str, field: GraphQLField, node: FieldNode, details: FieldDetailsList
    ) -> Step:
        definition = field.extensions.get("strawberry-definition")
        if definition is None:
            raise Unplannable
        values = self.values(field.type, details)
        resolver = definition.base_resolver
        if resolver is None:
            return Step(key, attrgetter(definition.python_name), None, None, values)
        batch = getattr(resolver.wrapped_func, "batch", None)
        if batch is not None:
            return Step(key, None, batch, _arguments(field, definition, node), values)
        parameters = [parameter.name for parameter in resolver.signature.parameters.values()]
        if parameters == ["root"] and not resolver.is_async and not definition.extensions:
            return Step(key, resolver.wrapped_func, None, None, values)
        raise Unplannable


def batched(load: Batch) -> Callable[[Any], Any]:
    """Say how to resolve a field for many rows at once: `await load(rows, context, **arguments)`.

    The list that it returns has a value for each row, in their order, and the values are those
    that the resolver gives for each row by itself.
    """

    def mark(resolver: Any) -> Any:
        resolver.batch = load
        return resolver

    return mark


def _arguments(
    field: GraphQLField, definition: Any, node: FieldNode
) -> Callable[[Run], dict[str, Any]] | None:
    if not field.args:
        return None
    names = {argument.graphql_name or argument.python_name for argument in definition.arguments}
    if names != set(field.args) or any(not is_leaf_type(arg.type) for arg in field.args.values()):
        raise Unplannable  # input objects are Strawberry's to convert
    return lambda run: get_argument_values(field, node, run.variables)


def _serializer(leaf: GraphQLLeafType) -> Callable[[Any], Any]:
    """As the executor serializes, with a shortcut for the types that need no work."""

    def reference(value: Any) -> Any:
        coerced = leaf.coerce_output_value(value)
        if value is None or coerced is None or coerced is Undefined:
            raise Unplannable
        return coerced

    if leaf in {GraphQLString, GraphQLID}:
        return lambda value: value if type(value) is str else reference(value)
    if leaf is GraphQLBoolean:
        return lambda value: value if type(value) is bool else reference(value)
    if leaf is GraphQLInt:
        return lambda value: (
            value if type(value) is int and -INT_LIMIT <= value < INT_LIMIT else reference(value)
        )
    if isinstance(leaf, GraphQLEnumType):
        known: dict[Any, Any] = {}

        def enum(value: Any) -> Any:
            name = known.get(value)
            if name is None:
                name = known[value] = reference(value)
            return name

        return enum
    return reference


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
