"""Variables, with the types of an operation's definitions looked at once.

graphql-core looks at them anew for each request: up to a tenth of what a mutation costs. What it
would refuse is refused here too, and left to it: it says why.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.type import is_required_input_field
from graphql.utilities.coerce_input_value import coerce_default_value

from schema.plan import Unplannable

Coerce = Callable[[Any], Any]


class Unfit(Exception):
    """A value is not one of its type."""


class Variable(NamedTuple):
    """A variable of an operation."""

    name: str
    signature: GraphQLVariableSignature
    coerce: Coerce
    default: Any  # Undefined: none
    absent: VariableValueSource


class Variables:
    """The variables of an operation."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Collection[VariableDefinitionNode]
    ) -> None:
        """Raises Unplannable for definitions that can not be known beforehand."""
        self._all = [_variable(schema, definition) for definition in definitions]

    def values(self, given: Mapping[str, Any]) -> VariableValues:
        """The values as graphql-core coerces them, from those of a request. Raises Unfit."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for name, signature, coerce, default, absent in self._all:
            value = given.get(name, Undefined)
            if value is not Undefined:
                sources[name] = VariableValueSource(signature, value)
                coerced[name] = coerce(value)
                continue
            sources[name] = absent
            if default is not Undefined:
                coerced[name] = default
            elif isinstance(signature.type, GraphQLNonNull):
                raise Unfit
        return VariableValues(sources, coerced)


def _variable(schema: GraphQLSchema, definition: VariableDefinitionNode) -> Variable:
    signature = get_variable_signature(schema, definition)
    if isinstance(signature, GraphQLError):
        raise Unplannable
    try:
        default = coerce_default_value(signature)
    except TypeError:  # graphql-core says what is wrong with it
        raise Unplannable from None
    coerce = _coerce(signature.type, ())
    return Variable(signature.name, signature, coerce, default, VariableValueSource(signature))


def _coerce(kind: GraphQLInputType, within: tuple[GraphQLInputType, ...]) -> Coerce:
    """Coerces values of a type. `within`: the input objects around it."""
    if isinstance(kind, GraphQLNonNull):
        required = _coerce_present(kind.of_type, within)

        def present(value: Any) -> Any:
            if value is None:
                raise Unfit
            return required(value)

        return present
    inner = _coerce_present(kind, within)
    return lambda value: None if value is None else inner(value)


def _coerce_present(kind: Any, within: tuple[GraphQLInputType, ...]) -> Coerce:
    if isinstance(kind, GraphQLList):
        item = _coerce(kind.of_type, within)
        # A value by itself is a list of one.
        return lambda value: list(map(item, value)) if type(value) is list else [item(value)]
    if isinstance(kind, GraphQLInputObjectType):
        if kind in within:
            raise Unplannable
        return _coerce_object(kind, (*within, kind))
    return _coerce_leaf(kind)


def _coerce_leaf(kind: GraphQLLeafType) -> Coerce:
    def leaf(value: Any) -> Any:
        try:
            coerced = kind.coerce_input_value(value)
        except Exception as error:
            raise Unfit from error
        if coerced is Undefined:
            raise Unfit
        return coerced

    return leaf


def _coerce_object(kind: GraphQLInputObjectType, within: tuple[GraphQLInputType, ...]) -> Coerce:
    if kind.is_one_of:
        raise Unplannable
    fields = {name: _coerce(field.type, within) for name, field in kind.fields.items()}
    defaults = {
        name: default
        for name, field in kind.fields.items()
        if (default := coerce_default_value(field)) is not Undefined
    }
    names = {name: field.out_name or name for name, field in kind.fields.items()}
    required = {name for name, field in kind.fields.items() if is_required_input_field(field)}

    def input_object(value: Any) -> Any:
        if type(value) is not dict or not required <= value.keys() <= fields.keys():
            raise Unfit
        return kind.out_type(
            {
                names[name]: coerce(value[name]) if name in value else defaults[name]
                for name, coerce in fields.items()
                if name in value or name in defaults
            }
        )

    return input_object
