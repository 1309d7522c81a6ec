"""Rows as the reads hand them out: plain tuples with names, no model instances."""

from typing import NamedTuple


class UserRecord(NamedTuple):
    """One account, as others may see it."""

    id: int
    username: str
