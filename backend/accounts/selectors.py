"""Reads of accounts."""

from collections.abc import Collection

from django.db.models import Case, Q, Value, When
from django.utils import timezone

from backend.accounts import scopes
from backend.accounts.inputs import LONGEST_USERNAME, is_storable
from backend.accounts.models import ApiToken, User
from backend.accounts.records import USERS, ApiTokenRecord, ApiTokenReference, UserRecord
from backend.database.steps import Steps, asks, rows_with

_LARGEST_ID = 2**63 - 1


@asks
def users_by_id(ids: Collection[int]) -> Steps[dict[int, UserRecord]]:
    """The accounts with these ids, in one statement; ids that nobody has are left out."""
    known = {user_id for user_id in ids if 0 < user_id <= _LARGEST_ID}
    rows = (yield rows_with(USERS, known)) if known else ()
    return {row[0]: UserRecord.of(row) for row in rows}


def users_starting_with(prefix: str, limit: int) -> list[UserRecord]:
    """At most `limit` accounts whose username begins so, in any case, in order of username."""
    if len(prefix) > LONGEST_USERNAME or not is_storable(prefix):
        return []
    rows = User.objects.filter(username__istartswith=prefix).order_by("username")
    return [UserRecord(*row) for row in rows.values_list("pk", "username")[:limit]]


def api_tokens_of(user_id: int, limit: int) -> list[ApiTokenRecord]:
    """At most `limit` API tokens of an account: those that serve first, then the newest first."""
    serves = Q(revoked_at__isnull=True, expires_at__gt=timezone.now())
    rows = ApiToken.objects.filter(user_id=user_id).order_by(
        Case(When(serves, then=Value(0)), default=Value(1)), "-created_at", "-pk"
    )
    return [api_token_record(token) for token in rows[:limit]]


def api_tokens_by_id(ids: Collection[int]) -> dict[int, ApiTokenRecord]:
    """The API tokens with these ids, whosever they are; ids that there are not are left out."""
    rows = ApiToken.objects.filter(pk__in=set(ids))
    return {token.pk: api_token_record(token) for token in rows}


def api_token_names(ids: Collection[int]) -> dict[int, ApiTokenReference]:
    """The names of the API tokens with these ids, in one statement."""
    rows = ApiToken.objects.filter(pk__in=set(ids)).values_list("pk", "name")
    return {token_id: ApiTokenReference(name) for token_id, name in rows}


def api_token_record(token: ApiToken) -> ApiTokenRecord:
    """The token as the schema shows it to its owner."""
    return ApiTokenRecord(
        id=token.pk,
        user_id=token.user_id,
        name=token.name,
        prefix=token.prefix,
        scopes=scopes.from_text(token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
    )
