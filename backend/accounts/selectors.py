"""Reads of accounts."""

from collections.abc import Collection

from backend.accounts.inputs import LONGEST_USERNAME, is_storable
from backend.accounts.models import User
from backend.accounts.records import UserRecord

_LARGEST_ID = 2**63 - 1


def users_by_id(ids: Collection[int]) -> dict[int, UserRecord]:
    """The accounts with these ids, in one statement; ids that nobody has are left out."""
    known = {user_id for user_id in ids if 0 < user_id <= _LARGEST_ID}
    if not known:
        return {}
    rows = User.objects.filter(pk__in=known).values_list("pk", "username")
    return {user_id: UserRecord(user_id, username) for user_id, username in rows}


def users_starting_with(prefix: str, limit: int) -> list[UserRecord]:
    """At most `limit` accounts whose username begins so, in any case, in order of username."""
    if len(prefix) > LONGEST_USERNAME or not is_storable(prefix):
        return []
    rows = User.objects.filter(username__istartswith=prefix).order_by("username")
    return [UserRecord(*row) for row in rows.values_list("pk", "username")[:limit]]
