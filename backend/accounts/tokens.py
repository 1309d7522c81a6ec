"""Access tokens: short-lived JWTs that name an account and the session it speaks for.

Everything a forger could choose is pinned: the algorithm (that of the key which the token names),
the type, the issuer, the audience and the form of every claim. `jwt.decode` with a key and an
algorithm alone would take a token without expiry, for any audience, from any issuer.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import jwt
from django.conf import settings
from django.utils import timezone

from backend.accounts.keys import Key, keyring

ISSUER: Final = "jobtrail"
AUDIENCE: Final = "jobtrail"
TYPE: Final = "at+jwt"  # RFC 9068: no other kind of JWT passes for an access token
LONGEST_TOKEN: Final = 4096  # characters; checked before anything is decoded
CLOCK_SKEW: Final = timedelta(seconds=5)  # how far ahead the clock of the issuing machine may be

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_USER_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_REQUIRED = ["exp", "iat", "sub", "aud", "iss", "sid"]


class InvalidToken(Exception):
    """The access token can not be accepted.

    `expired` is True where the token was good once, so that refreshing the session helps.
    `reason` is for the log alone: it would tell a forger how far he came.
    """

    def __init__(self, reason: str, *, expired: bool = False) -> None:
        super().__init__(
            "The access token has expired." if expired else "The access token is not valid."
        )
        self.reason = reason
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says."""

    user_id: int
    session_id: UUID
    expires_at: datetime


def mint(user_id: int, session_id: UUID, *, session_ends_at: datetime) -> tuple[str, datetime]:
    """A new access token and the instant it expires.

    It lives for settings.ACCESS_TOKEN_LIFETIME, but never longer than its session.
    """
    now = timezone.now().replace(microsecond=0)
    expires_at = min(now + settings.ACCESS_TOKEN_LIFETIME, session_ends_at).replace(microsecond=0)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    key = keyring().signing
    headers = {"typ": TYPE, "kid": key.id}
    token = jwt.encode(claims, key.private, key.algorithm, headers=headers)
    return token, expires_at


def verify(token: str) -> Claims:
    """The claims of a token that this service minted and that has not expired.

    Asks no database: whether the session still stands is for backend.accounts.principal to say.

    Raises InvalidToken, and nothing else, whatever the token is.
    """
    if len(token) > LONGEST_TOKEN:
        raise InvalidToken("longer than any token of ours")
    if _SHAPE.fullmatch(token) is None:
        raise InvalidToken("not three parts of base64url")
    try:
        key = _key_of(token)
        decoded = jwt.decode_complete(
            token,
            key.public,
            algorithms=[key.algorithm],
            audience=AUDIENCE,
            issuer=ISSUER,
            # The issue time is checked below, with an allowance that expiry must not have.
            options={"require": _REQUIRED, "strict_aud": True, "verify_iat": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken(str(error), expired=True) from error
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidToken(str(error)) from error
    if decoded["header"].get("typ") != TYPE:
        raise InvalidToken("another type of JWT")
    return _claims(decoded["payload"])


def _key_of(token: str) -> Key:
    """The key that the token says it was signed with: one of ours, told by nothing but its id."""
    kid = jwt.get_unverified_header(token).get("kid")
    key = keyring().verifying.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise InvalidToken("signed with a key that is none of ours")
    return key


def _claims(payload: dict[str, Any]) -> Claims:
    """The claims, once their types and forms are what `mint` writes."""
    issued_at, expires_at = payload["iat"], payload["exp"]
    # Exactly int: the library also takes "1700000000", 1.7e9 and true.
    if type(issued_at) is not int or type(expires_at) is not int:
        raise InvalidToken("times that are not whole seconds")
    if issued_at > timezone.now().timestamp() + CLOCK_SKEW.total_seconds():
        raise InvalidToken("issued in the future")
    if expires_at - issued_at > settings.ACCESS_TOKEN_LIFETIME.total_seconds():
        raise InvalidToken("lives longer than any token of ours")
    if _USER_ID.fullmatch(payload["sub"]) is None:
        raise InvalidToken("the subject is not an account's number")
    return Claims(
        user_id=int(payload["sub"]),
        session_id=_session_id(payload["sid"]),
        expires_at=datetime.fromtimestamp(expires_at, UTC),
    )


def _session_id(claim: object) -> UUID:
    """The session's id, in the one spelling that `mint` uses: UUID() alone takes several."""
    try:
        session_id = UUID(claim) if isinstance(claim, str) else None
    except ValueError:
        session_id = None
    if session_id is None or str(session_id) != claim:
        raise InvalidToken("the session id is not a UUID")
    return session_id
