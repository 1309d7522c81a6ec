"""What an operation costs whoever asks for it, and what they have left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import strawberry
from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from backend.web.rate import Allowance
from schema.limits import with_defaults
from schema.scalars import instant_to_text

FIELD: Final = "rateLimit"


@dataclass(frozen=True, slots=True)
class Charge:
    """What an operation costs, in points; `allowance` is None where its caller is not limited."""

    cost: int
    node_count: int
    allowance: Allowance | None

    @property
    def resets_at(self) -> datetime | None:
        """When the caller has all its points again, if it asks for nothing more."""
        if self.allowance is None:
            return None
        return datetime.now(UTC) + timedelta(seconds=self.allowance.resets_in)

    def told(self) -> dict[str, Any]:
        """The charge as `extensions.cost` of an answer tells it."""
        resets_at = self.resets_at
        return {
            "requested": self.cost,
            "remaining": None if self.allowance is None else self.allowance.remaining,
            "resetsAt": None if resets_at is None else instant_to_text(resets_at),
        }


NOTHING: Final = Charge(0, 0, None)


@strawberry.type(
    description=(
        "What this operation costs, and what its caller has left. An operation costs a point for "
        "each field at its root, and one for every 100 nodes that it could return. Points come "
        "back steadily, all of them within a minute."
    )
)
class RateLimit:
    """The cost of an operation, and what is left."""

    limit: int | None = strawberry.field(
        description="Points that the caller may spend in a minute; null: any number."
    )
    cost: int = strawberry.field(description="Points that this operation costs.")
    remaining: int | None = strawberry.field(
        description="Points that the caller has left, as far as this server knows."
    )
    resets_at: datetime | None = strawberry.field(
        description="When the caller has all its points again, if it asks for nothing more."
    )
    node_count: int = strawberry.field(
        description="Nodes that this operation could return at most."
    )

    @classmethod
    def of(cls, charge: Charge) -> "RateLimit":
        """The charge as the schema shows it."""
        allowance = charge.allowance
        return cls(
            limit=None if allowance is None else allowance.limit,
            cost=charge.cost,
            remaining=None if allowance is None else allowance.remaining,
            resets_at=charge.resets_at,
            node_count=charge.node_count,
        )


def is_dry_run(
    operation: OperationDefinitionNode, roots: Sequence[FieldNode], variables: Mapping[str, Any]
) -> bool:
    """Whether it is only to be told what the operation would cost."""
    return any(
        argument.name.value == "dryRun"
        and _is_true(argument.value, with_defaults(operation, variables))
        for field in roots
        if field.name.value == FIELD
        for argument in field.arguments or ()
    )


def without_the_rest(
    document: DocumentNode, operation: OperationDefinitionNode, roots: Sequence[FieldNode]
) -> DocumentNode:
    """The document with nothing left of the operation but what tells its cost."""
    telling = tuple(field for field in roots if field.name.value == FIELD)
    pruned = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=telling),
    )
    fragments = (each for each in document.definitions if isinstance(each, FragmentDefinitionNode))
    return DocumentNode(definitions=(pruned, *fragments))


def _is_true(value: Any, variables: Mapping[str, Any]) -> bool:
    if isinstance(value, VariableNode):
        return variables.get(value.name.value) is True
    return isinstance(value, BooleanValueNode) and value.value
