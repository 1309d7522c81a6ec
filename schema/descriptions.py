"""The docstring of a resolver is what consumers read about its field."""

import inspect
from typing import Final

import strawberry
from graphql import is_interface_type, is_object_type
from strawberry.types.field import StrawberryField

DEFINITION: Final = "strawberry-definition"  # under which Strawberry keeps the field it came from


def describe_by_docstrings(schema: strawberry.Schema) -> None:
    """Give every field that has a resolver and no description the resolver's docstring."""
    for kind in schema._schema.type_map.values():  # noqa: SLF001 (Strawberry offers no other way to it)
        if not (is_object_type(kind) or is_interface_type(kind)):
            continue
        for field in kind.fields.values():
            definition = field.extensions.get(DEFINITION)
            if (
                field.description is None
                and isinstance(definition, StrawberryField)
                and definition.base_resolver is not None
            ):
                field.description = inspect.getdoc(definition.base_resolver.wrapped_func)
