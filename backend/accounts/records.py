"""Rows as the reads hand them out: no model instances."""

from datetime import datetime
from typing import Final, NamedTuple

from backend.accounts.scopes import Scope
from backend.database.records import Record, Table


class UserRecord(Record):
    """One account, as others may see it."""

    id: int
    username: str


class ApiTokenRecord(NamedTuple):
    """One API token, as its owner may see it."""

    id: int
    user_id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class ApiTokenReference(NamedTuple):
    """An API token, as others may see it: by the name that its owner gave it."""

    name: str


USERS: Final = Table("accounts_user", UserRecord)
