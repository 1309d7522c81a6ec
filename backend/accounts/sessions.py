"""Signing in and out: the only writers of sessions and refresh tokens.

A log-in opens a session; its refresh token serves once and is replaced. Who presents a used one
holds a copy, whichever of the two is the thief, so the whole session is revoked.
"""

import hashlib
import re
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from backend.accounts import audit, inputs, principal, throttle, tokens
from backend.accounts.errors import InvalidCredentials, InvalidRefreshToken
from backend.accounts.models import RefreshToken, Session, User
from backend.accounts.records import UserRecord

LONGEST_SESSION: Final = timedelta(days=90)  # however often it is refreshed
REFRESH_TOKEN_PREFIX: Final = "jtr_"  # noqa: S105 (a mark by which scanners find leaked ones)
REFRESH_TOKEN_BYTES: Final = 32
PRUNED_AT_ONCE: Final = 100  # rows; a log-in and a refresh add one or two

_REFRESH_TOKEN = re.compile(re.escape(REFRESH_TOKEN_PREFIX) + r"[A-Za-z0-9_-]{43}", re.ASCII)
# Argon2 takes 100 MB for each password: a burst of log-ins must queue, not fill the memory.
_hashing = threading.BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client gets for signing in or refreshing.

    `expires_at` is when the access token ends.
    """

    access_token: str
    expires_at: datetime
    refresh_token: str
    user: UserRecord


def log_in(username: str, password: str, address: str) -> Grant:
    """Open a session for whoever knows the password. `address` is the client's IP address.

    Takes as long for an unknown or deactivated account as for a wrong password.

    Raises InvalidCredentials, or TooManyAttempts before any password is hashed. Must not be called
    within a transaction: the count of attempts has to outlive a failure.
    """
    user = authenticated(username, password, address)
    now = timezone.now()
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(last_login=now)
        session = Session.objects.create(
            user=user,
            created_at=now,
            expires_at=now + LONGEST_SESSION,
            password_mark=user.get_session_auth_hash(),
        )
        audit.record(
            audit.Event.SIGNED_IN,
            account_id=user.pk,
            actor_id=user.pk,
            address=address,
            session=str(session.pk),
        )
        _prune(now)
        return _grant(session, now)


def authenticated(
    username: str, password: str, address: str, *, source: audit.Source = audit.Source.API
) -> User:
    """The account of whoever knows the password, whichever way `source` he signs in by.

    Raises as `log_in` does, and as little within a transaction.
    """
    stored_name = inputs.username_or_none(username)
    if stored_name is None or not inputs.is_password(password):
        raise InvalidCredentials
    attempt = throttle.reserve(stored_name, address)
    with _hashing:
        user = authenticate(username=stored_name, password=password)
    if not isinstance(user, User):
        audit.record(
            audit.Event.SIGN_IN_FAILED,
            source=source,
            username_digest=attempt.account,
            address=address,
        )
        raise InvalidCredentials
    throttle.succeeded(attempt)
    return user


def refresh(refresh_token: str) -> Grant:
    """Exchange a refresh token, which serves once, for a new pair of tokens.

    A second use revokes the session with every token of it, which stays so although the call
    fails. Of simultaneous calls with one token a single one gets its grant.

    Raises InvalidRefreshToken. Must not be called within a transaction.
    """
    digest = _digest(refresh_token)
    # The failure is raised outside: raised within, it would roll the revocation back.
    with transaction.atomic(durable=True):
        now = timezone.now()
        token = _locked_token(digest)
        if token is not None and token.used_at is not None:
            if revoke(token.session, Session.RevocationReason.TOKEN_REUSED):
                audit.record(
                    audit.Event.REFRESH_TOKEN_REUSED,
                    account_id=token.session.user_id,
                    session=str(token.session_id),
                )
        elif token is not None and _serves(token, now):
            token.used_at = now
            token.save(update_fields=["used_at"])
            _prune(now)
            return _grant(token.session, now)
    if token is not None:
        principal.forget(session_id=token.session_id)
    raise InvalidRefreshToken


def log_out(refresh_token: str, user_id: int) -> bool:
    """End the session that the token belongs to, if it is a session of that account.

    Any token of the session will do, used ones included: to end it is never wrong. Returns False
    where the session had been revoked before.

    Raises InvalidRefreshToken where the token is unknown, or another account's.
    """
    digest = _digest(refresh_token)
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",))
            .filter(refresh_tokens__digest=digest, user_id=user_id)
            .first()
        )
        if session is None:
            raise InvalidRefreshToken
        ended = revoke(session, Session.RevocationReason.LOGGED_OUT)
        if ended:
            audit.record(
                audit.Event.SIGNED_OUT,
                account_id=user_id,
                actor_id=user_id,
                session=str(session.pk),
            )
    principal.forget(session_id=session.id)
    return ended


def _locked_token(digest: str) -> RefreshToken | None:
    """The token, then its session, locked in this order everywhere and read once locked."""
    token = RefreshToken.objects.select_for_update().filter(digest=digest).first()
    if token is not None:
        sessions = Session.objects.select_for_update(of=("self",)).select_related("user")
        token.session = sessions.get(pk=token.session_id)
    return token


def _serves(token: RefreshToken, now: datetime) -> bool:
    session = token.session
    return (
        token.expires_at > now
        and session.expires_at > now
        and session.revoked_at is None
        and session.user.is_active
        and constant_time_compare(session.password_mark, session.user.get_session_auth_hash())
    )


def revoke(session: Session, reason: Session.RevocationReason) -> bool:
    """Revoke a locked session. The first reason stands; False where there was one.

    Whoever calls it has to forget its principals once that has committed.
    """
    if session.revoked_at is not None:
        return False
    session.revoked_at = timezone.now()
    session.revocation_reason = reason
    session.save(update_fields=["revoked_at", "revocation_reason"])
    return True


def _grant(session: Session, now: datetime) -> Grant:
    refresh_token = REFRESH_TOKEN_PREFIX + secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    RefreshToken.objects.create(
        session=session,
        digest=_digest(refresh_token),
        issued_at=now,
        expires_at=min(now + settings.REFRESH_TOKEN_LIFETIME, session.expires_at),
    )
    access_token, expires_at = tokens.mint(
        session.user_id, session.id, session_ends_at=session.expires_at
    )
    user = UserRecord(session.user_id, session.user.username)
    return Grant(access_token, expires_at, refresh_token, user)


def _digest(refresh_token: str) -> str:
    """How the token is stored. 256 random bits need neither salt nor a slow hash."""
    if _REFRESH_TOKEN.fullmatch(refresh_token) is None:
        raise InvalidRefreshToken
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def _prune(now: datetime) -> None:
    """Delete a few tokens and sessions whose time has passed, passing over those in use.

    A session goes only when its tokens are gone: deleting both at once would lock them in the
    opposite order to a refresh.
    """
    free = RefreshToken.objects.select_for_update(skip_locked=True).order_by("expires_at")
    # Read first: PostgreSQL may run a locking subquery of a DELETE once for every row.
    expired_tokens = list(free.filter(expires_at__lte=now)[:PRUNED_AT_ONCE])
    if expired_tokens:
        RefreshToken.objects.filter(pk__in=[token.pk for token in expired_tokens]).delete()
    tokens_left = Exists(RefreshToken.objects.filter(session=OuterRef("pk")))
    sessions = Session.objects.select_for_update(skip_locked=True).order_by("expires_at")
    expired_sessions = list(sessions.filter(~tokens_left, expires_at__lte=now)[:PRUNED_AT_ONCE])
    if expired_sessions:
        Session.objects.filter(pk__in=[session.pk for session in expired_sessions]).delete()
