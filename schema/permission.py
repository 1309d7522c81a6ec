"""What an account may do, as the schema shows it."""

from enum import StrEnum
from typing import Final

import strawberry

from schema import access


class Permission(StrEnum):
    """A permission; its value is the name that the accounts have it by."""

    VIEW_JOBS = access.VIEW
    CREATE_JOBS = access.CREATE
    CHANGE_JOBS = access.CHANGE


strawberry.enum(Permission, description="Something that an account may be allowed to do.")
DESCRIPTIONS: Final = {
    "VIEW_JOBS": "Read jobs, their histories and the accounts in them.",
    "CREATE_JOBS": "`createJob`.",
    "CHANGE_JOBS": "`setJobStatus`.",
}
for value in Permission.__strawberry_definition__.values:  # type: ignore[attr-defined]
    value.description = DESCRIPTIONS[value.name]
