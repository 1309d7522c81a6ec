"""The Node interface: anything with a global id."""

from typing import Any

import strawberry

from schema import global_id
from schema.plan import together


@strawberry.interface(
    description="Anything with a global id: opaque, stable for ever, resolvable by `node(id:)`."
)
class Node:
    """Anything with a global id."""

    @strawberry.field(graphql_type=strawberry.ID, description="Global id.")
    @together(global_id.of_all)
    def id(root: strawberry.Parent[Any]) -> str:
        """The global id of a row."""
        return global_id.of(root)
