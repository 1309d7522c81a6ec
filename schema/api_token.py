"""API tokens: as their owner sees them, and as everybody else does."""

from datetime import datetime
from typing import Any, Final

import strawberry

from backend.accounts.records import ApiTokenRecord
from backend.accounts.scopes import Scope
from schema.node import Node

strawberry.enum(
    Scope,
    name="ApiTokenScope",
    description="What an API token may do, as far as its account may.",
)
DESCRIPTIONS: Final = {
    "JOBS_READ": "`jobs:read`: read jobs, their histories and the accounts in them; follow changes.",
    "JOBS_WRITE": "`jobs:write`: create jobs and change their state. Reads only the job that a call names.",
}
for value in Scope.__strawberry_definition__.values:  # type: ignore[attr-defined]
    value.description = DESCRIPTIONS[value.name]


@strawberry.type(
    description=(
        "A credential for a program, sent like an access token: `Authorization: Bearer "
        "jobtrail_pat_...`. It may do what its account may, within its scopes. A new password "
        "leaves it alone; while its account is deactivated, it does not serve."
    )
)
class ApiToken(Node):
    """An API token; read from ApiTokenRecord."""

    name: str = strawberry.field(
        description="What it is for. Whoever reads a history sees it where the token changed a job."
    )
    prefix: str = strawberry.field(
        description="The beginning of its secret, by which to know it again."
    )
    scopes: list[Scope] = strawberry.field(description="What it may do.")
    created_at: datetime = strawberry.field(description="When it was created.")
    expires_at: datetime = strawberry.field(description="When it ends, or ended, by itself.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute; null where it never was."
    )
    revoked_at: datetime | None = strawberry.field(
        description="When it was revoked; null where it was not."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Rows of API tokens are API tokens."""
        return isinstance(value, ApiTokenRecord)


@strawberry.type(description="An API token as everybody may see it who sees what it did.")
class ApiTokenReference:
    """An API token's name; read from the record of the same name."""

    name: str = strawberry.field(description="The name that its owner gave it; not unique.")
