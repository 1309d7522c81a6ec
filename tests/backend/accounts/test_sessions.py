"""Signing in, refreshing and signing out, and what each writes."""

import hashlib
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from backend.accounts import principal, sessions, tokens
from backend.accounts.errors import InvalidCredentials, InvalidRefreshToken
from backend.accounts.models import LoginThrottle, RefreshToken, Session
from backend.accounts.sessions import Grant
from backend.accounts.tokens import InvalidToken
from tests.backend.accounts.conftest import PASSWORD, Clock, HashingCount, MakeUser

ADDRESS = "192.0.2.1"
UNUSABLE_TEXTS = {
    "empty": "",
    "NUL": "a\0b",
    "lone surrogate": "a\ud800",
    "a megabyte": "a" * 1_000_000,
}


def log_in(username: str = "ada", password: str = PASSWORD) -> Grant:
    """Sign in from one address."""
    return sessions.log_in(username, password, ADDRESS)


def written() -> tuple[int, int]:
    """How many sessions and refresh tokens there are."""
    return Session.objects.count(), RefreshToken.objects.count()


def test_logging_in_opens_a_session(make_user: MakeUser, clock: Clock) -> None:
    user = make_user()
    grant = log_in()
    session = Session.objects.get()
    token = session.refresh_tokens.get()
    assert grant.user == (user.pk, "ada")
    assert grant.expires_at == (clock.now + timedelta(minutes=15)).replace(microsecond=0)
    assert tokens.verify(grant.access_token) == tokens.Claims(user.pk, session.pk, grant.expires_at)
    assert (session.user_id, session.created_at) == (user.pk, clock.now)
    assert session.expires_at == clock.now + timedelta(days=90)
    assert (session.revoked_at, session.revocation_reason) == (None, None)
    assert token.digest == hashlib.sha256(grant.refresh_token.encode()).hexdigest()
    assert token.expires_at == clock.now + timedelta(days=14)
    user.refresh_from_db()
    assert user.last_login == clock.now


def test_a_refresh_token_can_be_told_by_its_prefix(make_user: MakeUser) -> None:
    make_user()
    token = log_in().refresh_token
    assert token.startswith("jtr_")
    assert len(token) == 47


def test_a_username_is_found_in_its_normal_form(make_user: MakeUser) -> None:
    make_user("\u212bngstr\u00f6m")
    assert log_in("\u00c5ngstr\u00f6m").user.username == "\u00c5ngstr\u00f6m"
    assert log_in("A\u030angstro\u0308m").user.username == "\u00c5ngstr\u00f6m"


@pytest.mark.parametrize("case", ["unknown", "wrong password", "inactive", "without a password"])
def test_every_refusal_is_the_same_and_costs_one_hash(
    case: str, make_user: MakeUser, hashings: HashingCount
) -> None:
    make_user("ada")
    make_user("imported", password=None)
    inactive = make_user("gone")
    inactive.is_active = False
    inactive.save()
    username, password = {
        "unknown": ("nobody", PASSWORD),
        "wrong password": ("ada", "wrong"),
        "inactive": ("gone", PASSWORD),
        "without a password": ("imported", PASSWORD),
    }[case]
    hashings.value = 0
    with pytest.raises(InvalidCredentials, match=r"^The username or the password is wrong\.$"):
        log_in(username, password)
    assert hashings.value == 1
    assert written() == (0, 0)


@pytest.mark.parametrize("text", UNUSABLE_TEXTS.values(), ids=UNUSABLE_TEXTS)
@pytest.mark.parametrize("field", ["username", "password"])
def test_unusable_text_is_refused_before_any_work(
    field: str, text: str, make_user: MakeUser, hashings: HashingCount
) -> None:
    make_user()
    hashings.value = 0
    with pytest.raises(InvalidCredentials):
        log_in(**{field: text})
    assert hashings.value == 0
    assert LoginThrottle.objects.count() == 0


def test_refreshing_replaces_the_token_within_the_session(
    make_user: MakeUser, clock: Clock
) -> None:
    user = make_user()
    first = log_in()
    clock.advance(minutes=10)
    second = sessions.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.user == (user.pk, "ada")
    assert second.expires_at == (clock.now + timedelta(minutes=15)).replace(microsecond=0)
    session = Session.objects.get()
    assert tokens.verify(second.access_token).session_id == session.pk
    used, fresh = session.refresh_tokens.order_by("pk")
    assert (used.used_at, fresh.used_at) == (clock.now, None)
    assert sessions.refresh(second.refresh_token).user == (user.pk, "ada")


def test_a_second_use_revokes_the_session_for_everybody(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    stolen = log_in()
    thief = sessions.refresh(stolen.refresh_token)
    assert principal.principal_for(thief.access_token).username == "ada"
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(stolen.refresh_token)
    session = Session.objects.get()
    assert (session.revoked_at, session.revocation_reason) == (clock.now, "TOKEN_REUSED")
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(thief.refresh_token)
    with pytest.raises(InvalidToken):
        principal.principal_for(thief.access_token)
    assert RefreshToken.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_revocation_is_committed_although_the_call_fails(make_user: MakeUser) -> None:
    make_user()
    grant = log_in()
    sessions.refresh(grant.refresh_token)
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(grant.refresh_token)
    assert Session.objects.get().revocation_reason == "TOKEN_REUSED"


def test_another_session_of_the_account_is_left_alone(make_user: MakeUser) -> None:
    make_user()
    stolen, other = log_in(), log_in()
    sessions.refresh(stolen.refresh_token)
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(stolen.refresh_token)
    assert sessions.refresh(other.refresh_token).user.username == "ada"


def test_a_refresh_token_expires_unused(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    grant = log_in()
    clock.advance(days=14)
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(grant.refresh_token)
    assert written() == (1, 1)
    clock.advance(seconds=-1)
    assert sessions.refresh(grant.refresh_token).user.username == "ada"


def test_a_session_ends_at_90_days_however_busy(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    grant = log_in()
    for _ in range(8):
        clock.advance(days=11)
        grant = sessions.refresh(grant.refresh_token)
    clock.advance(days=2, seconds=-60)
    grant = sessions.refresh(grant.refresh_token)
    assert grant.expires_at == Session.objects.get().expires_at.replace(microsecond=0)
    clock.advance(seconds=60)
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(grant.refresh_token)


def test_a_deactivated_account_can_not_refresh(make_user: MakeUser) -> None:
    user = make_user()
    grant = log_in()
    user.is_active = False
    user.save()
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(grant.refresh_token)
    assert written() == (1, 1)


def test_a_new_password_ends_the_sessions_of_the_old(make_user: MakeUser) -> None:
    user = make_user()
    grant = log_in()
    user.set_password("another one")
    user.save()
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(grant.refresh_token)
    with pytest.raises(InvalidToken):
        principal.principal_for(grant.access_token)


MALFORMED = {
    **UNUSABLE_TEXTS,
    "unknown": "jtr_" + "A" * 43,
    "without its prefix": "A" * 43,
    "another prefix": "jtx_" + "A" * 43,
    "too short": "jtr_" + "A" * 42,
    "line end": "jtr_" + "A" * 43 + "\n",
    "not ASCII": "jtr_" + "é" * 43,
}


@pytest.mark.parametrize("token", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_or_unknown_refresh_token_is_refused(token: str, make_user: MakeUser) -> None:
    user = make_user()
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(token)
    with pytest.raises(InvalidRefreshToken):
        sessions.log_out(token, user.pk)


def test_an_access_token_is_no_refresh_token(make_user: MakeUser) -> None:
    make_user()
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(log_in().access_token)


def test_logging_out_ends_the_session_at_once(make_user: MakeUser, clock: Clock) -> None:
    user = make_user()
    grant = log_in()
    assert principal.principal_for(grant.access_token).username == "ada"
    assert sessions.log_out(grant.refresh_token, user.pk) is True
    session = Session.objects.get()
    assert (session.revoked_at, session.revocation_reason) == (clock.now, "LOGGED_OUT")
    with pytest.raises(InvalidToken):
        principal.principal_for(grant.access_token)
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(grant.refresh_token)
    clock.advance(seconds=1)
    assert sessions.log_out(grant.refresh_token, user.pk) is False
    session.refresh_from_db()
    assert session.revoked_at == clock.now - timedelta(seconds=1)


def test_any_token_of_the_session_logs_out(make_user: MakeUser) -> None:
    user = make_user()
    first = log_in()
    second = sessions.refresh(first.refresh_token)
    assert sessions.log_out(first.refresh_token, user.pk) is True
    with pytest.raises(InvalidRefreshToken):
        sessions.refresh(second.refresh_token)


def test_nobody_logs_another_account_out(make_user: MakeUser) -> None:
    make_user()
    stranger = make_user("eve")
    grant = log_in()
    with pytest.raises(InvalidRefreshToken):
        sessions.log_out(grant.refresh_token, stranger.pk)
    assert Session.objects.get().revoked_at is None


def test_what_has_expired_is_pruned_on_the_way(make_user: MakeUser, clock: Clock) -> None:
    make_user()
    log_in()
    clock.advance(days=90)
    log_in()
    assert written() == (2 - 1, 1)


def test_pruning_is_bounded(
    make_user: MakeUser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PRUNED_AT_ONCE", 2)
    make_user()
    for _ in range(5):
        log_in()
    clock.advance(days=90)
    log_in()
    assert RefreshToken.objects.count() == 5 - 2 + 1


def test_the_lifetimes_are_settings(make_user: MakeUser, clock: Clock, settings: Settings) -> None:
    settings.ACCESS_TOKEN_LIFETIME = timedelta(seconds=30)
    settings.REFRESH_TOKEN_LIFETIME = timedelta(hours=1)
    make_user()
    grant = log_in()
    assert grant.expires_at == (clock.now + timedelta(seconds=30)).replace(microsecond=0)
    assert RefreshToken.objects.get().expires_at == clock.now + timedelta(hours=1)
