"""Who may do what, for how long, and how often the wrong password was tried."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

HEX_DIGEST_LENGTH = 64  # SHA-256


class User(AbstractUser):
    """A person or a program. Never deleted, only deactivated: histories name it."""


class Session(models.Model):
    """One log-in and every token that descends from it: a refresh family.

    It ends when it is revoked, when it is too old however busy it is, or when the password that
    opened it changes. Access tokens carry its id.
    """

    class RevocationReason(models.TextChoices):
        """Why a session ended before its time."""

        LOGGED_OUT = "LOGGED_OUT"
        TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105 (a reason, not a token)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="sessions"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    password_mark = models.CharField(max_length=HEX_DIGEST_LENGTH)  # changes with the password
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(  # noqa: DJ001 (null: not revoked)
        max_length=20, choices=RevocationReason.choices, null=True
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="session_revoked_for_a_reason",
                condition=Q(revoked_at__isnull=True, revocation_reason__isnull=True)
                | Q(revoked_at__isnull=False, revocation_reason__isnull=False),
            ),
            models.CheckConstraint(
                name="session_ends_after_it_began", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="session_of_user", fields=["user", "created_at"]),
            models.Index(name="session_expiry", fields=["expires_at"]),
        ]

    def __str__(self) -> str:
        return f"session {self.id} of user {self.user_id}"


class RefreshToken(models.Model):
    """A token that continues a session once. Only its digest is stored."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=HEX_DIGEST_LENGTH, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="refresh_token_expiry", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"refresh token {self.pk} of session {self.session_id}"


class LoginThrottle(models.Model):
    """How often log-ins failed lately for one key: an account, an address, or the pair of both.

    A row without failures marks an address as known to an account.
    Keys are keyed digests: whatever was typed as a username can not be read from this table.
    """

    key = models.CharField(max_length=HEX_DIGEST_LENGTH, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    first_failure_at = models.DateTimeField()
    last_failure_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # when the row has nothing left to say

    class Meta:
        indexes: ClassVar = [models.Index(name="login_throttle_expiry", fields=["expires_at"])]

    def __str__(self) -> str:
        return f"{self.failures} failed log-ins"
