"""API tokens for programs: the only writer of them.

A program signs in by a token of its own instead of somebody's password: it may do no more than the
account that made it, and of that only what its scopes say. Every token ends, a year ahead at the
latest. A new password leaves it alone, so that no program stops where a person changes theirs; a
deactivated account takes its tokens along, and gets them back when it is activated again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from backend.accounts import audit, principal, scopes, token_secrets
from backend.accounts.errors import ApiTokenNotFound, InvalidApiToken, TooManyApiTokens
from backend.accounts.inputs import clean_token_name
from backend.accounts.models import ApiToken, User
from backend.accounts.records import ApiTokenRecord
from backend.accounts.scopes import Scope
from backend.accounts.selectors import api_token_record

MOST_ACTIVE: Final = 50  # of one account
DEFAULT_LIFETIME: Final = timedelta(days=365)
LONGEST_LIFETIME: Final = timedelta(days=366)  # a year, whichever


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token and its secret, which is known here and now only."""

    secret: str
    token: ApiTokenRecord


@dataclass(frozen=True, slots=True)
class Revocation:
    """A token that serves no more; `revoked` is False where it had been revoked before."""

    token: ApiTokenRecord
    revoked: bool


def create_api_token(
    user_id: int,
    *,
    name: str,
    wanted: Collection[Scope],
    expires_at: datetime | None,
    held: frozenset[str],
) -> Issued:
    """A new token of an account that holds these permissions.

    Raises InvalidApiToken where the name is empty, too long or has control characters, no scope is
    wanted or one that the account has no permission for, or the expiry is past or more than 366
    days ahead; TooManyApiTokens where the account has 50 that serve. Nothing was written then.
    """
    stored_name = clean_token_name(name)
    if not wanted:
        raise InvalidApiToken("scopes", "A token needs at least one scope.")
    for scope in wanted:
        if not scopes.PERMISSIONS[scope] <= held:
            raise InvalidApiToken("scopes", f"Your account has no permission for {scope} itself.")
    secret = token_secrets.new()
    with transaction.atomic():
        # Two calls at once must not both find room for the last one.
        User.objects.select_for_update(no_key=True).get(pk=user_id)
        now = timezone.now()
        ends = now + DEFAULT_LIFETIME if expires_at is None else expires_at
        if not now < ends <= now + LONGEST_LIFETIME:
            raise InvalidApiToken(
                "expiresAt",
                f"A token ends in the future, at most {LONGEST_LIFETIME.days} days ahead.",
            )
        serving = ApiToken.objects.filter(
            user_id=user_id, revoked_at__isnull=True, expires_at__gt=now
        )
        if serving.count() >= MOST_ACTIVE:
            raise TooManyApiTokens(MOST_ACTIVE)
        token = ApiToken.objects.create(
            user_id=user_id,
            name=stored_name,
            scopes=scopes.to_text(wanted),
            prefix=token_secrets.shown_part(secret),
            digest=token_secrets.digest(secret),
            created_at=now,
            expires_at=ends,
        )
        audit.record(
            audit.Event.API_TOKEN_CREATED,
            account_id=user_id,
            actor_id=user_id,
            token=token.pk,
            name=token.name,
            scopes=token.scopes,
        )
    return Issued(secret, api_token_record(token))


def revoke_api_token(user_id: int, token_id: int) -> Revocation:
    """End a token of that account: at once in this process, within seconds in others.

    The streams that it opened end too. Raises ApiTokenNotFound where the account has no such token.
    """
    with transaction.atomic():
        token = (
            ApiToken.objects.select_for_update(no_key=True)
            .filter(pk=token_id, user_id=user_id)
            .first()
        )
        if token is None:
            raise ApiTokenNotFound
        revoked = revoke(token, actor_id=user_id)
    principal.forget(api_token_id=token.pk)
    return Revocation(api_token_record(token), revoked)


def revoke_all(user_id: int, *, actor_id: int | None, source: audit.Source) -> int:
    """End every token of an account; how many served until now."""
    with transaction.atomic():
        serving = ApiToken.objects.select_for_update(no_key=True).filter(
            user_id=user_id, revoked_at__isnull=True
        )
        count = sum(
            revoke(token, actor_id=actor_id, source=source) for token in serving.order_by("pk")
        )
    principal.forget(user_id=user_id)
    return count


def revoke(
    token: ApiToken, *, actor_id: int | None, source: audit.Source = audit.Source.API
) -> bool:
    """Revoke a locked token, and write that down. False where it had been revoked before.

    Whoever calls it has to forget its principal once that has committed.
    """
    if token.revoked_at is not None:
        return False
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.record(
        audit.Event.API_TOKEN_REVOKED,
        account_id=token.user_id,
        actor_id=actor_id,
        source=source,
        token=token.pk,
        name=token.name,
    )
    return True
