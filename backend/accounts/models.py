"""Who may do what, for how long, and how often the wrong password was tried."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from backend.accounts.inputs import LONGEST_TOKEN_NAME

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
        BY_ADMIN = "BY_ADMIN"

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


class ApiToken(models.Model):
    """A credential for a program. Never deleted, only revoked: histories name it.

    Only the digest of its secret is stored, and the few characters by which its owner knows it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="api_tokens"
    )
    name = models.CharField(max_length=LONGEST_TOKEN_NAME)
    scopes = models.CharField(max_length=200)  # as backend.accounts.scopes writes them
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=HEX_DIGEST_LENGTH, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "API token"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="api_token_ends_after_it_began", condition=Q(expires_at__gt=F("created_at"))
            ),
            models.CheckConstraint(name="api_token_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="api_token_has_a_scope", condition=~Q(scopes="")),
        ]
        indexes: ClassVar = [
            models.Index(name="api_token_of_user", fields=["user", "created_at"]),
        ]

    def __str__(self) -> str:
        return f"API token {self.prefix}... of user {self.user_id}"


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


class AppendOnly(TypeError):
    """The code tried to change an entry of the audit log."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries of the audit log, which no update can reach."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse: the audit log is append-only."""
        msg = f"the audit log is append-only; not updated: {sorted(values)}"
        raise AppendOnly(msg)


class AuditEntry(models.Model):
    """Something that concerns who may do what: who signed in, and who changed whose rights.

    A trigger refuses updates in the database too, and on PostgreSQL the deletion of what is younger
    than a year.
    """

    class Event(models.TextChoices):
        """What happened."""

        SIGNED_IN = "SIGNED_IN"
        SIGN_IN_FAILED = "SIGN_IN_FAILED"
        SIGNED_OUT = "SIGNED_OUT"
        REFRESH_TOKEN_REUSED = "REFRESH_TOKEN_REUSED"  # noqa: S105 (an event, not a token)
        SESSION_REVOKED = "SESSION_REVOKED"
        API_TOKEN_CREATED = "API_TOKEN_CREATED"  # noqa: S105
        API_TOKEN_REVOKED = "API_TOKEN_REVOKED"  # noqa: S105
        ACCOUNT_CREATED = "ACCOUNT_CREATED"
        ROLES_CHANGED = "ROLES_CHANGED"
        PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
        DEACTIVATED = "DEACTIVATED"
        ACTIVATED = "ACTIVATED"

    class Source(models.TextChoices):
        """By which way it came."""

        API = "API"
        COMMAND = "COMMAND"
        ADMIN = "ADMIN"

    at = models.DateTimeField()
    event = models.CharField(max_length=30, choices=Event.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    account = models.ForeignKey(  # whom it concerns
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    actor = models.ForeignKey(  # who did it; null for a command, and for whoever failed to sign in
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # Of a failed sign-in, the name that was typed: as the throttle's keyed digest, since it may be
    # a password in the wrong field.
    username_digest = models.CharField(max_length=HEX_DIGEST_LENGTH, blank=True)
    address = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(name="audit_of_account", fields=["account", "id"]),
            models.Index(name="audit_of_time", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.event} {self.account_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change what was written."""
        if not self._state.adding:
            msg = "the audit log is append-only"
            raise AppendOnly(msg)
        super().save(*args, **kwargs)
