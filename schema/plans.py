"""The plans of a document, made as its operations are first executed."""

from dataclasses import dataclass, field

from schema.operation_plan import OperationPlan
from schema.plan import Values


@dataclass(slots=True)
class Plans:
    """By the operation's name; None for what can not be planned."""

    operations: dict[str | None, OperationPlan | None] = field(default_factory=dict)
    roots: dict[tuple[str | None, str], Values | None] = field(default_factory=dict)
