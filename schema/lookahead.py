"""What the selection of a job will ask for next, so that it can be read along with the job."""

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
)

from backend.jobs.keyset import LARGEST_PAGE, PAGE_SIZE
from schema.context import Info

NEWEST: Final = 1  # entry, which `status` shows


def heads(info: Info) -> set[int]:
    """How many entries from the newest on are asked for of the job that a field returns.

    A number for each part of the selection that begins there; none where nothing does, or where
    the operation has other root fields: several jobs are better read together, level by level.
    """
    raw = info._raw_info  # noqa: SLF001 (Strawberry's own selection is made anew, field by field)
    found: set[int] = set()
    if len(raw.operation.selection_set.selections) > 1:
        return found
    for node in raw.field_nodes:
        for field in _fields(node.selection_set, raw):
            name = field.name.value
            if name == "status":
                found.add(NEWEST)
            elif name == "statuses" and (size := _size(field, raw)) is not None:
                found.add(size)
    return found


def _size(field: FieldNode, raw: Any) -> int | None:
    """The size of a page from the front; None for another one, or one that can not be."""
    arguments = {argument.name.value: argument.value for argument in field.arguments or ()}
    given = arguments.pop("first", None)
    if arguments:
        return None
    size: Any = PAGE_SIZE
    if isinstance(given, IntValueNode):
        size = int(given.value)
    elif isinstance(given, VariableNode):
        size = raw.variable_values.coerced.get(given.name.value)
    elif given is not None:
        return None
    return size if isinstance(size, int) and 1 <= size <= LARGEST_PAGE else None


def _fields(selections: SelectionSetNode | None, raw: Any) -> Iterator[FieldNode]:
    for node in selections.selections if selections else ():
        if node.directives:
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, raw)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(raw.fragments[node.name.value].selection_set, raw)
