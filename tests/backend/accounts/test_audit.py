"""The audit log: what each way to sign in and out leaves there, and that it stays there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from backend.accounts import audit, sessions, throttle
from backend.accounts.errors import AccountError
from backend.accounts.models import AppendOnly, AuditEntry, Session
from tests.backend.accounts.conftest import PASSWORD, Clock, MakeUser

ADDRESS = "192.0.2.1"


def entries() -> list[tuple[str, int | None, int | None, str]]:
    """Event, account, actor and source of each entry, in their order."""
    columns = ("event", "account_id", "actor_id", "source")
    return list(AuditEntry.objects.order_by("id").values_list(*columns))


def fail(username: str = "ada") -> None:
    with pytest.raises(AccountError):
        sessions.log_in(username, "wrong", ADDRESS)


# --- What is written --------------------------------------------------------------------------


def test_signing_in_and_out(make_user: MakeUser, clock: Clock) -> None:
    ada = make_user()
    grant = sessions.log_in("ada", PASSWORD, ADDRESS)
    clock.advance(minutes=1)
    sessions.log_out(grant.refresh_token, ada.pk)
    sessions.log_out(grant.refresh_token, ada.pk)  # which ends nothing
    assert entries() == [
        ("SIGNED_IN", ada.pk, ada.pk, "API"),
        ("SIGNED_OUT", ada.pk, ada.pk, "API"),
    ]
    came, went = AuditEntry.objects.order_by("id")
    session = {"session": str(Session.objects.get().pk)}
    assert (came.at, came.address, came.details) == (
        clock.now - timedelta(minutes=1),
        ADDRESS,
        session,
    )
    assert (went.at, went.details) == (clock.now, session)


def test_refreshing_is_no_event(make_user: MakeUser) -> None:
    make_user()
    sessions.refresh(sessions.log_in("ada", PASSWORD, ADDRESS).refresh_token)
    assert [event for event, *_ in entries()] == ["SIGNED_IN"]


def test_a_reused_refresh_token_is_told_once(make_user: MakeUser) -> None:
    ada = make_user()
    grant = sessions.log_in("ada", PASSWORD, ADDRESS)
    sessions.refresh(grant.refresh_token)
    for _ in range(3):
        with pytest.raises(AccountError):
            sessions.refresh(grant.refresh_token)
    assert entries()[1:] == [("REFRESH_TOKEN_REUSED", ada.pk, None, "API")]


def test_a_failure_tells_the_name_as_a_digest_only(make_user: MakeUser) -> None:
    """What was typed as a name may be a password."""
    make_user()
    fail("ada")
    fail("hunter2")
    assert entries() == [("SIGN_IN_FAILED", None, None, "API")] * 2
    known, unknown = AuditEntry.objects.order_by("id")
    assert (known.username_digest, known.address) == (throttle.account_key("ada"), ADDRESS)
    assert unknown.username_digest == throttle.account_key("hunter2")
    assert "hunter2" not in str(list(AuditEntry.objects.values()))


def test_what_reaches_no_hasher_is_no_event(make_user: MakeUser) -> None:
    """Else a stranger could fill the log as fast as he can send."""
    make_user()
    fail(username="")
    for _ in range(20):
        fail()
    assert len(entries()) == 5


@pytest.mark.parametrize("address", ["", "\0", "\ud800", "a" * 1000, "fe80::1%eth0"])
def test_whatever_the_address_is(make_user: MakeUser, address: str) -> None:
    make_user()
    sessions.log_in("ada", PASSWORD, address)
    assert len(AuditEntry.objects.get().address) <= 64


@pytest.mark.django_db
def test_a_line_is_written_once_it_has_committed(
    audited: list[dict[str, Any]], clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        audit.record(audit.Event.SIGN_IN_FAILED, username_digest="d", address="192.0.2.1", n=1)
        assert audited == []
    assert audited == [
        {
            "level": "INFO",
            "logger": "jobtrail.audit",
            "time": clock.now.isoformat(),
            "event": "SIGN_IN_FAILED",
            "source": "API",
            "username_digest": "d",
            "address": "192.0.2.1",
            "n": 1,
        }
    ]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(audited: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        audit.record(audit.Event.SIGNED_IN)
        transaction.set_rollback(True)
    assert (AuditEntry.objects.count(), audited) == (0, [])


# --- That it stays ----------------------------------------------------------------------------


@pytest.fixture
def entry(db: None) -> AuditEntry:
    """An entry of today."""
    audit.record(audit.Event.SIGNED_IN, note="genuine")
    return AuditEntry.objects.get()


def refused(statement: str) -> None:
    """The database does not run it, whoever asks."""
    with (
        pytest.raises(DatabaseError, match="the audit log is"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().details == {"note": "genuine"}


def test_the_code_changes_no_entry(entry: AuditEntry) -> None:
    entry.details = {}
    for arguments in ({}, {"update_fields": ["details"]}, {"force_update": True}):
        with pytest.raises(AppendOnly, match=r"^the audit log is append-only$"):
            entry.save(**arguments)
    with pytest.raises(AppendOnly, match=r"not updated: \['event'\]"):
        AuditEntry.objects.update(event=F("source"))
    assert AuditEntry.objects.get().details == {"note": "genuine"}


def test_the_database_changes_no_entry(entry: AuditEntry) -> None:
    refused("UPDATE accounts_auditentry SET details = '{}'")
    refused("UPDATE accounts_auditentry SET at = at")


@pytest.mark.postgres
def test_the_database_keeps_a_year(entry: AuditEntry) -> None:
    refused("DELETE FROM accounts_auditentry")
    AuditEntry.objects.create(
        at=timezone.now() - timedelta(days=366), event="SIGNED_IN", source="API"
    )
    AuditEntry.objects.filter(at__lt=timezone.now() - timedelta(days=365)).delete()
    assert AuditEntry.objects.get() == entry
