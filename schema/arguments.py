"""Arguments: as a field's node gives them, and as resolvers take them.

graphql-core and Strawberry find out anew with each request which argument is what, and of which
type: a fifth of a query that has a filter. Here that is found out once.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import MISSING
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    VariableNode,
    Visitor,
    is_leaf_type,
    is_required_argument,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schema.plan import Unplannable

Convert = Callable[[Any], Any]
Given = Callable[[VariableValues], dict[str, Any]]


def given(field: GraphQLField, node: FieldNode) -> Given:
    """What gives the arguments of a field, by their GraphQL names, as get_argument_values does."""
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    variables = {
        name: value.name.value for name, value in nodes.items() if isinstance(value, VariableNode)
    }

    def by_reference(values: VariableValues) -> dict[str, Any]:
        return get_argument_values(field, node, values)

    if any(name not in variables and _uses_variables(value) for name, value in nodes.items()):
        return by_reference
    others = copy(field)
    others.args = {name: each for name, each in field.args.items() if name not in variables}
    constants = get_argument_values(others, node)
    steps = [
        (
            field.args[name].out_name or name,
            variable,
            coerce_default_value(field.args[name]),
            is_required_argument(field.args[name]),
            isinstance(field.args[name].type, GraphQLNonNull),
        )
        for name, variable in variables.items()
    ]

    def by_step(values: VariableValues) -> dict[str, Any]:
        found, coerced = constants.copy(), values.coerced
        for name, variable, default, is_required, is_present in steps:
            value = coerced.get(variable, Undefined)
            if value is Undefined and not is_required:
                value = default
            elif value is Undefined or (value is None and is_present):
                return by_reference(values)  # which says what is wrong
            if value is not Undefined:
                found[name] = value
        return found

    return by_step


def _uses_variables(node: Any) -> bool:
    uses = []

    class Uses(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            uses.append(node)

    visit(node, Uses())
    return bool(uses)


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
