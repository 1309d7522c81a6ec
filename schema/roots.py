"""The root fields of an operation: what it asks for, before anything else is known of it."""

from collections.abc import Iterator, Mapping
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

OPEN: Final = frozenset({"lifecycle", "logIn", "refreshSession"})
"""Open to everybody, signed in or not."""
INTROSPECTION: Final = frozenset({"__schema", "__type"})

Fragments = Mapping[str, FragmentDefinitionNode]


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document by name."""
    return {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


def root_fields(operation: OperationDefinitionNode, fragments: Fragments) -> tuple[FieldNode, ...]:
    """The fields at the root, those in fragments included: one for each key of the answer."""
    found: dict[str, FieldNode] = {}
    for field in _fields(operation.selection_set, fragments, set()):
        found.setdefault(field.alias.value if field.alias else field.name.value, field)
    return tuple(found.values())


def is_open(document: DocumentNode, *, introspection: bool) -> bool:
    """Whether the document asks for nothing but what is open to everybody.

    Works on any document that parses, a senseless one included.
    """
    fragments = fragments_of(document)
    names = {
        field.name.value
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for field in _fields(operation.selection_set, fragments, set())
    } - {"__typename"}
    return bool(names) and names <= (OPEN | INTROSPECTION if introspection else OPEN)


def _fields(
    selections: SelectionSetNode, fragments: Fragments, spread: set[str]
) -> Iterator[FieldNode]:
    """Each field, each fragment once: what it brings a second time has the same keys."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, fragments, spread)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            if node.name.value in fragments:
                yield from _fields(fragments[node.name.value].selection_set, fragments, spread)
