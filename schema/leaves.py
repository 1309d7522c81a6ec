"""Leaves of plans: scalars and enums, serialized as the reference executor serializes them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)

from backend.database.records import INSTANTS, Record
from schema.plan import Column, Leaves, Read, Unplannable
from schema.scalars import instant_to_text, kept_instant_to_text

INT_LIMIT: Final = 1 << 31
TEXTS: Final = frozenset({GraphQLString, GraphQLID})


def leaves(leaf: GraphQLLeafType) -> Leaves:
    """A plan for values of a scalar or an enum."""
    serialize = _serializer(leaf)

    def kept(record: type[Record], name: str) -> Callable[[Column], Column] | None:
        packing = record.packings[record.columns.index(name)]
        if packing is None:
            return _texts if leaf in TEXTS else None
        if packing is INSTANTS and leaf.name == "DateTime":
            return _instants
        if isinstance(leaf, GraphQLEnumType) and issubclass(packing.kind, Enum):
            names = {packing.pack(member): serialize(member) for member in packing.kind}
            return lambda column: [names[value] for value in column]
        return None

    return (Texts if leaf in TEXTS else Leaves)(serialize, kept)


class Texts(Leaves):
    """Strings and ids: they are what they are."""

    __slots__ = ()

    def now(self, values: Column) -> Column:
        """Only what is no text yet is looked at one by one."""
        return values if set(map(type, values)) == {str} else super().now(values)


def _texts(column: Sequence[Any]) -> Sequence[Any]:
    if set(map(type, column)) - {str}:
        raise Unplannable
    return column


def _instants(column: Sequence[int]) -> list[str]:
    return list(map(kept_instant_to_text, column))


def _serializer(leaf: GraphQLLeafType) -> Read:
    """As the executor serializes, with a shortcut for the types that need no work."""

    def reference(value: Any) -> Any:
        coerced = leaf.coerce_output_value(value)
        if value is None or coerced is None or coerced is Undefined:
            raise Unplannable
        return coerced

    if leaf in TEXTS:
        return lambda value: value if type(value) is str else reference(value)
    if leaf is GraphQLBoolean:
        return lambda value: value if type(value) is bool else reference(value)
    if leaf is GraphQLInt:
        return lambda value: (
            value if type(value) is int and -INT_LIMIT <= value < INT_LIMIT else reference(value)
        )
    if leaf.name == "DateTime":
        return lambda value: instant_to_text(value) if type(value) is datetime else reference(value)
    if isinstance(leaf, GraphQLEnumType):
        known: dict[Any, Any] = {}

        def enum(value: Any) -> Any:
            name = known.get(value)
            if name is None:
                name = known[value] = reference(value)
            return name

        return enum
    return reference
