"""Variables and arguments are coerced as graphql-core coerces them, or left to it."""

from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    build_schema,
    parse,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.arguments import given as arguments_given
from schema.plan import Unplannable
from schema.variables import Unfit, Variables

# More kinds of input than Jobtrail has, so that those to come are coerced as well.
SCHEMA = build_schema("""
    enum Color { RED GREEN }
    input Inner { a: Int! b: [Color!] = [RED] c: String = "x" d: Float }
    input Outer { inner: Inner! list: [[Int]!] maybe: Inner = { a: 1 } flag: Boolean! = true }
    input Tree { children: [Tree!] }
    input Either @oneOf { a: Int b: String }
    type Query {
      field(
        int: Int! = 7, text: String, color: Color = GREEN, colors: [Color!], outer: Outer, id: ID!
      ): Int
      tree(tree: Tree, either: Either): Int
    }
""")
KINDS = {
    "int": ["Int", "Int!", "Int = 5", "Int! = 6"],
    "text": ["String", "String!", 'String = "default"', "String = null"],
    "color": ["Color", "Color!", "Color = RED"],
    "colors": ["[Color!]", "[Color!]!", "[Color!] = [RED, GREEN]"],
    "outer": ["Outer", "Outer!", "Outer = { inner: { a: 2 }, flag: false }"],
    "id": ["ID", "ID!", "ID = 12"],
}
LITERALS = {
    "int": ["1", "null", "1000000000000", '"1"'],
    "text": ['"text"', "null", "1"],
    "color": ["RED", "BLUE", "null"],
    "colors": ["[RED]", "RED", "[null]", "[$color]"],
    "outer": ["{ inner: { a: 1 } }", "{ inner: { a: $int } }", "{}", "{ inner: { a: 1, z: 2 } }"],
    "id": ['"id"', "4", "null"],
}
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.just(2**31),
    st.sampled_from([0.5, 1.0, float("inf"), "RED", "GREEN", "BLUE", "1", "text", ""]),
)
NAMES = st.sampled_from(["a", "b", "c", "d", "inner", "list", "maybe", "flag", "z"])
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
INNER = st.fixed_dictionaries(
    {"a": st.integers(-3, 3) | LEAVES},
    optional={
        "b": st.lists(st.sampled_from(["RED", "GREEN"]), max_size=2) | LEAVES,
        "c": st.text(max_size=3) | st.none(),
        "d": st.floats(allow_nan=False) | st.integers(),
        "z": LEAVES,
    },
)
OUTER = st.fixed_dictionaries(
    {"inner": INNER},
    optional={
        "list": st.lists(st.lists(st.none() | st.integers(0, 3), max_size=2), max_size=2),
        "maybe": st.none() | INNER,
        "flag": st.booleans() | st.none(),
    },
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-3, 3),
    "text": st.text(max_size=5),
    "color": st.sampled_from(["RED", "GREEN"]),
    "colors": st.lists(st.sampled_from(["RED", "GREEN"]), max_size=3) | st.just("RED"),
    "outer": OUTER,
    "id": st.text(max_size=3) | st.integers(),
}


def operation(text: str) -> OperationDefinitionNode:
    """The operation of a document."""
    (found,) = parse(text).definitions
    assert isinstance(found, OperationDefinitionNode)
    return found


def compiled(
    schema: GraphQLSchema, node: OperationDefinitionNode, held: dict[str, Any]
) -> VariableValues | None:
    """What ours make of the values; None where they do not fit."""
    try:
        return Variables(schema, node.variable_definitions or ()).values(held)
    except Unfit:
        return None


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation on `field`, and what a request holds for its variables."""
    declared, values, arguments = [], {}, []
    for name, kinds in KINDS.items():
        declared.append(f"${name}: {draw(st.sampled_from(kinds))}")
        if draw(st.integers(0, 5)):
            values[name] = draw(VALUES[name] if draw(st.integers(0, 7)) else ANYTHING)
        chosen = draw(st.sampled_from([f"${name}", f"${name}", None, *LITERALS[name]]))
        if chosen is not None:
            arguments.append(f"{name}: {chosen}")
    selected = f"field({', '.join(arguments)})" if arguments else "field"
    return f"query ({', '.join(declared)}) {{ {selected} }}", values


@settings(max_examples=400)
@given(requests())
def test_whatever_a_request_holds(request: tuple[str, dict[str, Any]]) -> None:
    text, values = request
    node = operation(text)
    expected = get_variable_values(SCHEMA, node.variable_definitions or (), values)
    found = compiled(SCHEMA, node, values)
    if not isinstance(expected, VariableValues):
        assert found is None, [error.message for error in expected]
        return
    assert found is not None
    assert repr(found.coerced) == repr(expected.coerced)
    assert given_values(found) == given_values(expected)
    (selected,) = node.selection_set.selections
    assert isinstance(selected, FieldNode)
    assert SCHEMA.query_type is not None
    field = SCHEMA.query_type.fields["field"]
    assert outcome(lambda: arguments_given(field, selected)(found)) == outcome(
        lambda: get_argument_values(field, selected, expected)
    )


def given_values(values: VariableValues) -> dict[str, Any]:
    """What the request holds for each variable."""
    return {name: source.value for name, source in values.sources.items()}


def outcome(call: Any) -> Any:
    """What it returns, or the message of what it raises."""
    try:
        return repr(sorted(call().items()))  # which tells True from 1, and 1.0 from 1
    except GraphQLError as error:
        return error.message


@pytest.mark.parametrize("kind", ["Tree", "[Tree!]!", "Either", "Tree = { children: 5 }"])
def test_what_can_not_be_known_beforehand_is_left_to_the_reference(kind: str) -> None:
    node = operation(f"query ($value: {kind}) {{ tree }}")
    with pytest.raises(Unplannable):
        Variables(SCHEMA, node.variable_definitions or ())


def test_a_value_that_is_not_given_and_has_no_default_is_not_there() -> None:
    node = operation("query ($int: Int, $text: String = null) { field }")
    found = compiled(SCHEMA, node, {})
    assert found is not None
    assert found.coerced == {"text": None}
    assert given_values(found) == {"int": Undefined, "text": Undefined}
