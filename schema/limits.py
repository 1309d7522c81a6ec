"""How much a document may ask for, measured before any work is spent on it.

Two measures. The shape (fields, depth, aliases, directives) is taken of each fragment once and
added up where it is spread, so fragments that double each other eighteen times cost no more to
refuse than to send. The cost is the number of nodes, and of values within them, that could come
back: page sizes multiplied along the nesting, added up side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    value_from_ast_untyped,
)

from backend.jobs.keyset import LARGEST_PAGE, PAGE_SIZE
from backend.jobs.lifecycle import JobState
from backend.jobs.selectors.activity import MOST_BUCKETS
from schema.roots import INTROSPECTION, fragments_of

MOST_TOKENS: Final = 2_000
MOST_FIELDS: Final = 500
MOST_ALIASES: Final = 100
MOST_DIRECTIVES: Final = 50
DEEPEST: Final = 12
DEEPEST_INTROSPECTION: Final = 25  # the standard introspection query of clients has 15 levels
MOST_NODES: Final = 20_000
MOST_NODES_OF_EVENT: Final = 100  # there may be hundreds of events a second
MOST_VALUES: Final = 250_000
NODES_A_POINT: Final = 100

# Fields that return several nodes, and how many where no size is given.
PAGED: Final = {
    "jobs": PAGE_SIZE,
    "jobStatuses": PAGE_SIZE,
    "statuses": PAGE_SIZE,
    "users": 20,
    "apiTokens": 50,
    "jobActivity": 56,
    "entered": len(JobState),
}
SIZES: Final = {"first": LARGEST_PAGE, "last": LARGEST_PAGE, "buckets": MOST_BUCKETS}
LISTED: Final = {"nodes": "ids"}  # fields that return as many nodes as an argument has items


class TooComplex(GraphQLError):
    """The document asks for too much. Says which limit, and how to stay within it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "TOO_COMPLEX"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a selection amounts to with its fragments spread out."""

    fields: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    introspects: bool = False

    def beside(self, other: "Shape") -> "Shape":
        """Both selections next to each other."""
        return Shape(
            self.fields + other.fields,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.introspects or other.introspects,
        )


def require_modest(document: DocumentNode) -> Shape:
    """The shape of a document's largest operation. Raises TooComplex where it passes a limit."""
    fragments = fragments_of(document)
    known: dict[str, Shape | None] = {}
    whole = Shape()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            whole = whole.beside(_shape(definition.selection_set, fragments, known))
            whole = whole.beside(Shape(directives=len(definition.directives or ())))
        elif isinstance(definition, FragmentDefinitionNode):  # unused ones are validated too
            whole = whole.beside(_fragment(definition.name.value, fragments, known))
    for found, most, what in (
        (whole.fields, MOST_FIELDS, "fields"),
        (whole.aliases, MOST_ALIASES, "aliases"),
        (whole.directives, MOST_DIRECTIVES, "directives"),
        (whole.depth, DEEPEST_INTROSPECTION if whole.introspects else DEEPEST, "levels of nesting"),
    ):
        if found > most:
            msg = f"The document has {found:,} {what}; at most {most} are allowed."
            raise TooComplex(msg)
    return whole


class Cost(NamedTuple):
    """What could come back."""

    nodes: int = 0
    values: int = 0

    def beside(self, other: "Cost") -> "Cost":
        """Both next to each other."""
        return Cost(self.nodes + other.nodes, self.values + other.values)


def require_affordable(
    document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Cost:
    """How much the operation could return. Raises TooComplex where that is too much."""
    fragments = fragments_of(document)
    variables = with_defaults(operation, variables)
    cost = _cost(operation.selection_set, fragments, variables, {})
    for found, most, what in (
        (cost.nodes, MOST_NODES, "nodes"),
        (cost.values, MOST_VALUES, "values"),
    ):
        if found > most:
            msg = (
                f"The operation could return {found:,} {what}; at most {most:,} are allowed. "
                "Ask for smaller pages, or for less within each."
            )
            raise TooComplex(msg)
    return cost


def variables_of_sizes(document: DocumentNode) -> frozenset[str]:
    """The variables on which the cost of the document's operations depends."""
    found: set[str] = set()
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FieldNode):
            found |= {
                argument.value.name.value
                for argument in node.arguments or ()
                if argument.name.value in (*SIZES, *LISTED.values())
                and isinstance(argument.value, VariableNode)
            }
        selections = getattr(node, "selection_set", None)
        waiting += selections.selections if selections else ()
    return frozenset(found)


def points(roots: int, nodes: int) -> int:
    """What an operation costs its caller: a point for each root field, and for each 100 nodes.

    A root field is at least one statement, whatever it returns. An operation within the limits
    costs 700 points at most.
    """
    return roots + nodes // NODES_A_POINT


def require_light(nodes: int) -> None:
    """Refuse to follow what returns too many nodes for each event. Raises TooComplex.

    `nodes` as `require_affordable` counts them, which takes a stream for one page of events.
    """
    each = nodes // PAGE_SIZE - 1
    if each > MOST_NODES_OF_EVENT:
        msg = (
            f"Each event could return {each:,} nodes beside its own; at most "
            f"{MOST_NODES_OF_EVENT} are allowed. Ask for smaller pages within it."
        )
        raise TooComplex(msg)


def with_defaults(
    operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The variables, those included that a request leaves out."""
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    return {**defaults, **variables}


def _fragment(
    name: str,
    fragments: Mapping[str, FragmentDefinitionNode],
    known: dict[str, Shape | None],
) -> Shape:
    """The shape of a fragment, measured once. A circle counts once: validation refuses it."""
    if name not in known:
        known[name] = None
        if name in fragments:
            known[name] = _shape(fragments[name].selection_set, fragments, known)
    return known[name] or Shape()


def _shape(
    selections: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    known: dict[str, Shape | None],
) -> Shape:
    total = Shape()
    for node in selections.selections if selections else ():
        here = Shape(directives=len(node.directives or ()))
        if isinstance(node, FieldNode):
            inner = _shape(node.selection_set, fragments, known)
            here = here.beside(inner).beside(
                Shape(
                    fields=1,
                    depth=inner.depth + 1,
                    aliases=1 if node.alias else 0,
                    introspects=node.name.value in INTROSPECTION,
                )
            )
        elif isinstance(node, InlineFragmentNode):
            here = here.beside(_shape(node.selection_set, fragments, known))
        elif isinstance(node, FragmentSpreadNode):
            here = here.beside(_fragment(node.name.value, fragments, known))
        total = total.beside(here)
    return total


def _cost(
    selections: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    known: dict[str, Cost],
) -> Cost:
    total = Cost()
    for node in selections.selections if selections else ():
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in known:
                known[name] = Cost()
                if name in fragments:
                    inner = fragments[name].selection_set
                    known[name] = _cost(inner, fragments, variables, known)
            total = total.beside(known[name])
        elif isinstance(node, FieldNode):
            inside = _cost(node.selection_set, fragments, variables, known)
            size = _page_size(node, variables)
            if size:
                inside = Cost(size * (1 + inside.nodes), size * inside.values)
            total = total.beside(inside).beside(Cost(values=1))
        elif isinstance(node, InlineFragmentNode):
            total = total.beside(_cost(node.selection_set, fragments, variables, known))
    return total


def _page_size(field: FieldNode, variables: Mapping[str, Any]) -> int:
    """How many nodes the field returns for each of its parents; 0 where it is no list of nodes."""
    name = field.name.value
    arguments = {argument.name.value: argument.value for argument in field.arguments or ()}
    if LISTED.get(name) in arguments:  # a connection's `nodes` has no argument: it is counted
        ids: Any = arguments[LISTED[name]]
        if isinstance(ids, VariableNode):
            ids = variables.get(ids.name.value)
            return len(ids) if isinstance(ids, list) else 1
        return len(getattr(ids, "values", ())) or 1
    if name not in PAGED:
        return 0
    for argument, largest in SIZES.items():
        size = arguments.get(argument)
        value = variables.get(size.name.value) if isinstance(size, VariableNode) else size
        if isinstance(value, IntValueNode):
            value = int(value.value) if len(value.value) < 10 else largest  # noqa: PLR2004
        if isinstance(value, float) and value.is_integer():  # JSON has one kind of number
            value = int(value)
        if isinstance(value, int):
            return min(max(value, 1), largest)  # the field itself refuses what is beyond
    return PAGED[name]
