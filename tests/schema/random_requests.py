"""Requests that nobody would write: any operation of the schema, right and wrong in any way.

Documents are built along the schema, so that many get past validation, with arguments of any value
and type, in variables and as literals; some are then changed somewhere.
"""

import json
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from hypothesis import strategies as st

from schema.schema import schema
from tests.schema.test_bad_input import HOSTILE, WRONG_TYPE

DEEPEST = 5
SHORT = 300  # characters of a value: long ones have tests of their own
ODD: list[Any] = [
    value
    for values in ([given for given, _ in pairs] for pairs in HOSTILE.values())
    for value in values
    if len(str(value)) < SHORT
] + [value for values in WRONG_TYPE.values() for value in values if len(str(value)) < SHORT]
GOOD: dict[str, st.SearchStrategy[Any]] = {
    "Int": st.integers(1, 100),
    "Boolean": st.booleans(),
    "String": st.sampled_from(["a", "operator", "train", "Größe", "x" * 200]),
    "DateTime": st.sampled_from(["2026-11-24T12:00:00Z", "2026-01-01T00:00:00.5+02:00"]),
}


class Enum(str):
    """A value that is no string in a document."""

    __slots__ = ()


@st.composite
def values(draw: st.DrawFn, declared: Any, ids: list[str], depth: int = 0) -> Any:
    """A value for an argument: of its type mostly, or of none."""
    if draw(st.integers(0, 19)) == 19:
        return draw(st.sampled_from(ODD) | st.none() | st.text(max_size=8))
    kind = get_nullable_type(declared)
    if not is_non_null_type(declared) and draw(st.integers(0, 4)) == 0:
        return None
    if isinstance(kind, GraphQLList):
        return draw(st.lists(values(kind.of_type, ids, depth + 1), max_size=3))
    if isinstance(kind, GraphQLInputObjectType):
        return {
            name: draw(values(field.type, ids, depth + 1))
            for name, field in kind.fields.items()
            if is_non_null_type(field.type) or draw(st.booleans())
        }
    if isinstance(kind, GraphQLEnumType):
        return Enum(draw(st.sampled_from(sorted(kind.values))))
    return draw(GOOD.get(kind.name, st.sampled_from(ids)))


def literal(value: Any) -> str:
    """The value as it stands in a document."""
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value)


class Builder:
    """Builds one document, and the variables that belong to it."""

    def __init__(self, draw: st.DrawFn, ids: list[str]) -> None:
        self.draw = draw
        self.ids = ids
        self.aliases = 0
        self.declared: dict[str, str] = {}
        self.variables: dict[str, Any] = {}
        self.fragments: list[str] = []

    def operation(self, kind: str, root: GraphQLObjectType) -> str:
        """An operation with its fragments."""
        inner = self.selection(root, 0)
        declared = " ".join(f"${name}: {text}" for name, text in self.declared.items())
        variables = f"({declared})" if declared else ""
        return f"{kind} Any{variables} {{ {inner} }} {' '.join(self.fragments)}"

    def selection(self, kind: GraphQLNamedType, depth: int) -> str:
        """Some fields of a type."""
        if isinstance(kind, GraphQLUnionType):
            members = self.draw(st.lists(st.sampled_from(kind.types), min_size=1, max_size=3))
            parts = [f"... on {each.name} {{ {self.selection(each, depth)} }}" for each in members]
            return "__typename " + " ".join(parts)
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        names = self.draw(st.lists(st.sampled_from(sorted(kind.fields)), min_size=1, max_size=3))
        chosen = [self.field(name, kind.fields[name], depth) for name in names]
        inner = " ".join(each for each in chosen if each) or "__typename"
        match self.draw(st.integers(0, 9)):
            case 0:
                return f"... on {kind.name} {{ {inner} }}"
            case 1:
                self.fragments.append(
                    f"fragment F{len(self.fragments)} on {kind.name} {{ {inner} }}"
                )
                return f"...F{len(self.fragments) - 1}"
            case _:
                return inner

    def field(self, name: str, field: GraphQLField, depth: int) -> str:
        """A field under an alias of its own, with arguments and a selection."""
        inner = get_named_type(field.type)
        if depth >= DEEPEST and not is_leaf_type(inner):
            return ""
        arguments = [
            f"{each}: {self.argument(definition)}"
            for each, definition in field.args.items()
            if is_non_null_type(definition.type) or self.draw(st.booleans())
        ]
        self.aliases += 1
        text = f"a{self.aliases if self.draw(st.integers(0, 19)) else 0}: {name}"
        if arguments:
            text += f"({', '.join(arguments)})"
        if self.draw(st.integers(0, 9)) == 0:
            text += self.draw(st.sampled_from([" @skip(if: false)", " @include(if: true)", " @a"]))
        return text if is_leaf_type(inner) else f"{text} {{ {self.selection(inner, depth + 1)} }}"

    def argument(self, definition: GraphQLArgument) -> str:
        """A value in the document, or a variable of its own."""
        value = self.draw(values(definition.type, self.ids))
        if self.draw(st.booleans()):
            return literal(value)
        name = f"v{len(self.variables)}"
        self.declared[name] = str(definition.type)
        self.variables[name] = value
        return f"${name}"


@st.composite
def requests(draw: st.DrawFn, ids: list[str]) -> dict[str, Any]:
    """The body of a request. `ids` exist."""
    types = schema._schema
    kind = draw(st.sampled_from(["query", "query", "mutation", "subscription"]))
    root = {
        "query": types.query_type,
        "mutation": types.mutation_type,
        "subscription": types.subscription_type,
    }[kind]
    assert root is not None
    builder = Builder(draw, ids)
    document = builder.operation(kind, root)
    if draw(st.integers(0, 4)) == 0:
        at = draw(st.integers(0, len(document)))
        until = min(len(document), at + draw(st.integers(0, 5)))
        document = document[:at] + draw(st.text(max_size=3)) + document[until:]
    body: dict[str, Any] = {"query": document, "variables": builder.variables}
    if draw(st.integers(0, 9)) == 0:
        body["operationName"] = draw(st.sampled_from(["Any", "Other", "", None]))
    if draw(st.integers(0, 9)) == 0:
        body["extensions"] = draw(st.sampled_from([{"cost": True}, {"cost": []}, {}, None]))
    return body
