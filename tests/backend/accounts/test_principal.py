"""From an access token to an account and what it may do, and how soon that ends."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from cachetools import TTLCache
from django.contrib.auth.models import Permission
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from backend.accounts import principal, sessions, tokens
from backend.accounts.models import Session, User
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.tokens import InvalidToken
from tests.backend.accounts.conftest import PASSWORD, Clock, MakeUser


@pytest.fixture
def access(make_user: MakeUser) -> str:
    """An access token of the operator ada."""
    make_user(role=Role.OPERATOR)
    return sessions.log_in("ada", PASSWORD, "192.0.2.1").access_token


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    principal.forget_all()
    yield
    principal.forget_all()


def test_a_principal_is_the_account_with_its_permissions(access: str) -> None:
    claims = tokens.verify(access)
    assert principal.principal_for(access) == principal.Principal(
        user_id=User.objects.get().pk,
        username="ada",
        permissions=PERMISSIONS[Role.OPERATOR],
        session_id=Session.objects.get().pk,
        expires_at=claims.expires_at,
    )


def test_may_answers_for_one_permission(access: str) -> None:
    ada = principal.principal_for(access)
    assert ada.may("jobs.change_job") is True
    assert ada.may("accounts.add_user") is False
    assert ada.may("") is False


def test_permissions_of_groups_and_of_the_account_come_together(access: str) -> None:
    User.objects.get().user_permissions.add(
        Permission.objects.get(content_type__app_label="accounts", codename="view_user")
    )
    assert principal.principal_for(access).permissions == PERMISSIONS[Role.OPERATOR] | {
        "accounts.view_user"
    }


def test_a_superuser_holds_every_permission(access: str) -> None:
    User.objects.update(is_superuser=True)
    assert len(principal.principal_for(access).permissions) == Permission.objects.count()


def test_two_statements_then_none(
    access: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert principal.remembered(access) is None
    with django_assert_num_queries(2):
        ada = principal.principal_for(access)
    with django_assert_num_queries(0):
        assert principal.principal_for(access) == ada
        assert principal.remembered(access) == ada


def test_remembered_expires_after_seconds(access: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    entries: TTLCache[str, principal.Principal] = TTLCache(
        principal.CACHE_SIZE, principal.CACHE_SECONDS, timer=lambda: now[0]
    )
    monkeypatch.setattr(principal._principals, "_entries", entries)
    principal.principal_for(access)
    User.objects.update(is_active=False)
    now[0] += 4.9
    assert principal.principal_for(access).username == "ada"
    now[0] += 0.1
    with pytest.raises(InvalidToken):
        principal.principal_for(access)


@pytest.mark.parametrize("user_known", [True, False])
def test_forgetting_takes_effect_at_once(access: str, *, user_known: bool) -> None:
    ada = principal.principal_for(access)
    User.objects.update(is_active=False)
    if user_known:
        principal.forget(user_id=ada.user_id)
    else:
        principal.forget(session_id=ada.session_id)
    with pytest.raises(InvalidToken):
        principal.principal_for(access)


def test_forgetting_leaves_others_alone(access: str) -> None:
    ada = principal.principal_for(access)
    principal.forget(user_id=ada.user_id + 1, session_id=uuid4())
    assert principal.remembered(access) == ada


def test_what_was_loaded_before_a_revocation_is_not_remembered_after_it(access: str) -> None:
    claims = tokens.verify(access)

    def load() -> principal.Principal:
        found = principal._load(claims)
        principal.forget(session_id=claims.session_id)  # revoked while we were reading
        return found

    principal._principals.look_up(access, load)
    assert principal.remembered(access) is None


def test_a_remembered_token_expires_to_the_second(
    access: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires_at = principal.principal_for(access).expires_at
    monkeypatch.setattr(timezone, "now", lambda: expires_at)
    verified: list[str] = []
    monkeypatch.setattr(tokens, "verify", verified.append)
    assert principal.remembered(access) is None
    assert verified == [access]


@pytest.mark.usefixtures("access")
def test_a_token_of_another_account_does_not_open_the_session(make_user: MakeUser) -> None:
    eve = make_user("eve")
    session = Session.objects.get()
    forged, _ = tokens.mint(eve.pk, session.pk, session_ends_at=session.expires_at)
    with pytest.raises(InvalidToken):
        principal.principal_for(forged)


def test_a_session_that_nobody_opened_is_refused(make_user: MakeUser, clock: Clock) -> None:
    user = make_user()
    token, _ = tokens.mint(user.pk, uuid4(), session_ends_at=clock.now.replace(year=2100))
    with pytest.raises(InvalidToken) as refusal:
        principal.principal_for(token)
    assert refusal.value.expired is False


@pytest.mark.parametrize("token", ["", "rubbish", "a.b.c", "\0", "\ud800"])
def test_rubbish_asks_no_database(token: str) -> None:
    with pytest.raises(InvalidToken):
        principal.principal_for(token)
    with pytest.raises(InvalidToken):
        principal.remembered(token)
