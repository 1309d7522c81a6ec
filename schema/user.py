"""Accounts, as far as others may see them."""

from typing import Any

import strawberry

from backend.accounts.records import UserRecord
from schema.node import Node


@strawberry.type(description="A person or a program with an account.")
class User(Node):
    """An account; read from UserRecord."""

    username: str = strawberry.field(description="The name to sign in with; unique.")

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Rows of accounts are users."""
        return isinstance(value, UserRecord)
