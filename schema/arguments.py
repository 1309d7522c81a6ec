"""Arguments as resolvers take them, from those that graphql-core has coerced.

Strawberry finds out anew with each request what the type of each input field is: a tenth of a
query that has a filter. Here that is found out once.
"""

from collections.abc import Callable
from dataclasses import MISSING
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_leaf_type,
)
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schema.plan import Unplannable

Convert = Callable[[Any], Any]


def converter(field: StrawberryField, types: dict[str, GraphQLInputType]) -> Convert:
    """What makes a resolver's keyword arguments of the arguments that came, by their GraphQL names.

    Raises Unplannable for a kind of argument that it does not know.
    """
    names = {}
    for argument in field.arguments:
        name = argument.graphql_name or to_camel_case(argument.python_name)
        names[name] = argument.python_name, _value(types[name])
    if names.keys() != types.keys():
        raise Unplannable

    def convert(given: dict[str, Any]) -> dict[str, Any]:
        return {
            python_name: value if inner is None else inner(value)
            for name, value in given.items()
            for python_name, inner in (names[name],)
        }

    return convert


def _value(kind: GraphQLInputType) -> Convert | None:
    """How to convert a value; None where it may stay as it is."""
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type)
    if isinstance(kind, GraphQLList):
        item = _value(kind.of_type)
        if item is None:  # copied, as a default is the same list each time
            return lambda values: None if values is None else list(values)
        return lambda values: None if values is None else [item(value) for value in values]
    if is_leaf_type(kind):
        return None
    if isinstance(kind, GraphQLInputObjectType):
        return _input_object(kind)
    raise Unplannable


def _input_object(kind: GraphQLInputObjectType) -> Convert:
    definition = kind.extensions.get("strawberry-definition")
    if definition is None or definition.from_input is not None:
        raise Unplannable
    made, names = definition.origin, {}
    absent: dict[str, Any] = {}  # what is not given and has no default is null, as in Strawberry
    for field in definition.fields:
        if field.default_value is MISSING and field.default_factory is MISSING:
            absent[field.python_name] = None
        name = field.graphql_name or to_camel_case(field.python_name)
        names[name] = field.python_name, _value(kind.fields[name].type)
    if names.keys() != kind.fields.keys():
        raise Unplannable

    def convert(value: Any) -> Any:
        if value is None:
            return None
        given = absent.copy()
        for name, inner_value in value.items():
            python_name, inner = names[name]
            given[python_name] = inner_value if inner is None else inner(inner_value)
        return made(**given)

    return convert
