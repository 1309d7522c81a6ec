"""Who is asking: an access token or an API token turned into an account and what it may do.

A token that verifies is not enough: it or its session may have been revoked, and its account
deactivated. That takes two statements, remembered for a few seconds, so that a busy client costs
none.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cachetools import TTLCache
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from backend.accounts import scopes, token_secrets, tokens
from backend.accounts.models import ApiToken, Session, User
from backend.accounts.tokens import Claims, InvalidToken

CACHE_SECONDS: Final = 5  # how long another process may still honour what was revoked here
CACHE_SIZE: Final = 10_000  # tokens
USE_RECORDED: Final = timedelta(minutes=1)  # how often the use of an API token is written down


@dataclass(frozen=True, slots=True)
class Principal:
    """An account, through one of its sessions or API tokens, until its token expires."""

    user_id: int
    username: str
    permissions: frozenset[str]
    expires_at: datetime
    session_id: UUID | None = None
    api_token_id: int | None = None

    def may(self, permission: str) -> bool:
        """Whether the account, by this token, holds a permission, named as "jobs.view_job"."""
        return permission in self.permissions


class _Principals:
    """The principals of the tokens seen lately, for a few seconds, safe to use from any thread.

    Kept by token, so that a token seen before costs no signature check either: a tenth of a
    millisecond, more than the rest of a cached request's sign-in together.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: TTLCache[str, Principal] = TTLCache(CACHE_SIZE, CACHE_SECONDS)
        self._forgotten = 0

    def get(self, token: str) -> Principal | None:
        with self._lock:
            try:
                return self._entries[token]  # `get` would look it up twice
            except KeyError:
                return None

    def look_up(self, token: str, load: Callable[[], Principal]) -> Principal:
        """Load and remember, unless something was forgotten meanwhile: it may be just this."""
        with self._lock:
            before = self._forgotten
        found = load()
        with self._lock:
            if self._forgotten == before:
                self._entries[token] = found
        return found

    def forget(self, concerns: Callable[[Principal], bool]) -> None:
        with self._lock:
            self._forgotten += 1
            for token, found in list(self._entries.items()):
                if concerns(found):
                    self._entries.pop(token, None)


_principals = _Principals()


def principal_for(token: str) -> Principal:
    """The account that a token speaks for, with the permissions it holds now.

    Costs two statements, or none within five seconds of the last time; a third one once a minute
    that writes down when an API token was used.

    Raises InvalidToken where the token does not verify, it or its session has ended or its account
    is deactivated.
    """
    found = _principals.get(token)
    if found is not None and found.expires_at > timezone.now():
        return found
    claims = _verify(token)
    return _principals.look_up(
        token, lambda: _load_api_token(token) if claims is None else _load(claims)
    )


def remembered(token: str) -> Principal | None:
    """As `principal_for`, without the database: None where it would have to be asked.

    Lets the event loop answer hot requests without a thread.

    Raises InvalidToken where the token does not verify.
    """
    found = _principals.get(token)
    if found is not None and found.expires_at > timezone.now():
        return found
    _verify(token)
    return None


def forget(
    *,
    session_id: UUID | None = None,
    api_token_id: int | None = None,
    user_id: int | None = None,
) -> None:
    """Drop what this process remembers of a session, of an API token, or of a whole account.

    Call it after the change has committed.
    """
    _principals.forget(
        lambda found: (
            found.user_id == user_id
            or (session_id is not None and found.session_id == session_id)
            or (api_token_id is not None and found.api_token_id == api_token_id)
        )
    )


def forget_all() -> None:
    """Drop everything that this process remembers, as after a change of roles."""
    _principals.forget(lambda _: True)


def _verify(token: str) -> Claims | None:
    """What an access token claims; None for an API token, which has the form of one.

    Raises InvalidToken.
    """
    if not token.startswith(token_secrets.PREFIX):
        return tokens.verify(token)
    if not token_secrets.is_secret(token):
        raise InvalidToken("the API token is mistyped or made up")
    return None


def _load(claims: Claims) -> Principal:
    session = (
        Session.objects.select_related("user")
        .filter(pk=claims.session_id, user_id=claims.user_id, user__is_active=True)
        .filter(revoked_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if session is None:
        raise InvalidToken("the session has ended or the account is deactivated")
    user = session.user
    if not constant_time_compare(session.password_mark, user.get_session_auth_hash()):
        raise InvalidToken("the password has changed since")
    return Principal(
        user_id=claims.user_id,
        username=user.username,
        permissions=_permissions(user),
        expires_at=claims.expires_at,
        session_id=claims.session_id,
    )


def _load_api_token(secret: str) -> Principal:
    digest, now = token_secrets.digest(secret), timezone.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest, revoked_at__isnull=True, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None or not constant_time_compare(token.digest, digest):
        raise InvalidToken("the API token is unknown, has ended or its account is deactivated")
    held = _permissions(token.user) & scopes.permitted(scopes.from_text(token.scopes))
    if token.last_used_at is None or token.last_used_at <= now - USE_RECORDED:
        unrecorded = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_RECORDED)
        ApiToken.objects.filter(unrecorded, pk=token.pk).update(last_used_at=now)
    return Principal(
        user_id=token.user_id,
        username=token.user.username,
        permissions=held,
        expires_at=token.expires_at,
        api_token_id=token.pk,
    )


def _permissions(user: User) -> frozenset[str]:
    """What the account may do, in one statement, named as "jobs.view_job"."""
    held = Permission.objects.order_by()
    if not user.is_superuser:
        held = held.filter(Q(user=user.pk) | Q(group__user=user.pk)).distinct()
    names = held.values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{name}" for app, name in names)
