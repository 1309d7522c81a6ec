"""Changing accounts: what takes effect, how soon, and what is written down of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group

from backend.accounts import administration, api_tokens, principal, sessions
from backend.accounts.administration import set_active, set_password, set_role
from backend.accounts.audit import Source
from backend.accounts.errors import InvalidAccount, InvalidCredentials
from backend.accounts.models import ApiToken, AuditEntry, User
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.scopes import Scope
from backend.accounts.tokens import InvalidToken
from tests.backend.accounts.conftest import PASSWORD, MakeUser

GOOD = "a quite long one"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    principal.forget_all()
    yield
    principal.forget_all()


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    """An operator."""
    return make_user(role=Role.OPERATOR)


@pytest.fixture
def access(ada: User) -> str:
    """Her access token, remembered."""
    token = sessions.log_in("ada", PASSWORD, "192.0.2.1").access_token
    principal.principal_for(token)
    return token


@pytest.fixture
def program(ada: User) -> str:
    """The secret of her API token, remembered."""
    secret = api_tokens.create_api_token(
        ada.pk,
        name="worker",
        wanted=tuple(Scope),
        expires_at=None,
        held=PERMISSIONS[Role.OPERATOR],
    ).secret
    principal.principal_for(secret)
    return secret


def written() -> list[tuple[str, str, Any]]:
    """What the administration wrote into the audit log."""
    events = AuditEntry.objects.exclude(event__in=["SIGNED_IN", "API_TOKEN_CREATED"])
    return list(events.order_by("id").values_list("event", "source", "details"))


def refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        principal.principal_for(token)


def test_another_role_takes_effect_at_once(access: str, program: str, ada: User) -> None:
    assert set_role("ada", Role.VIEWER) is True
    assert principal.principal_for(access).permissions == PERMISSIONS[Role.VIEWER]
    assert principal.principal_for(program).permissions == PERMISSIONS[Role.VIEWER]
    assert set_role("ada", Role.VIEWER) is False
    assert written() == [
        ("ROLES_CHANGED", "COMMAND", {"before": ["operator"], "after": ["viewer"]})
    ]


def test_a_role_takes_the_place_of_all_others_and_of_no_other_group(ada: User) -> None:
    ada.groups.add(Group.objects.get(name="admin"), Group.objects.create(name="night shift"))
    set_role("ada", Role.OPERATOR)
    assert set(ada.groups.values_list("name", flat=True)) == {"operator", "night shift"}
    assert written()[0][2] == {"before": ["admin", "operator"], "after": ["operator"]}


def test_admins_are_staff_and_others_are_not(ada: User) -> None:
    for role, staff in ((Role.ADMIN, True), (Role.OPERATOR, False)):
        set_role("ada", role)
        ada.refresh_from_db()
        assert ada.is_staff is staff


def test_another_password_ends_sessions_and_leaves_programs_alone(
    access: str, program: str
) -> None:
    set_password("ada", GOOD)
    refused(access)
    assert principal.principal_for(program).username == "ada"
    assert authenticate(username="ada", password=GOOD) is not None
    assert authenticate(username="ada", password=PASSWORD) is None
    assert written() == [("PASSWORD_CHANGED", "COMMAND", {})]


@pytest.mark.parametrize("password", ["", "short", "password123", "ada", "x" * 1025, "a\0" * 10])
def test_a_weak_password_changes_nothing(access: str, password: str) -> None:
    with pytest.raises(InvalidAccount) as refusal:
        set_password("ada", password)
    assert refusal.value.field == "password"
    assert principal.principal_for(access).username == "ada"
    assert written() == []


def test_a_deactivated_account_is_used_by_nobody(access: str, program: str) -> None:
    assert set_active("ada", active=False) is True
    refused(access)
    refused(program)
    with pytest.raises(InvalidCredentials):
        sessions.log_in("ada", PASSWORD, "192.0.2.1")
    assert set_active("ada", active=False) is False
    assert set_active("ada", active=True) is True
    assert principal.principal_for(program).username == "ada"
    events = [event for event, *_ in written() if event != "SIGN_IN_FAILED"]
    assert events == ["DEACTIVATED", "ACTIVATED"]


def test_all_tokens_at_once(access: str, program: str, ada: User) -> None:
    assert administration.revoke_api_tokens("ada") == 1
    refused(program)
    assert principal.principal_for(access).username == "ada"
    assert administration.revoke_api_tokens("ada") == 0
    token = ApiToken.objects.get()
    assert written() == [("API_TOKEN_REVOKED", "COMMAND", {"token": token.pk, "name": "worker"})]


def test_who_did_it_is_written_down(ada: User, make_user: MakeUser) -> None:
    root = make_user("root", role=Role.ADMIN)
    set_role("ada", Role.VIEWER, source=Source.ADMIN, actor_id=root.pk)
    entry = AuditEntry.objects.get()
    assert (entry.account_id, entry.actor_id, entry.source) == (ada.pk, root.pk, "ADMIN")


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["nobody", "", "a\0", "a\ud800", "a" * 1000])
def test_an_account_that_there_is_not(username: str) -> None:
    for change in (
        lambda: set_role(username, Role.VIEWER),
        lambda: set_password(username, GOOD),
        lambda: set_active(username, active=False),
        lambda: administration.revoke_api_tokens(username),
    ):
        with pytest.raises(InvalidAccount, match="There is no account with this username"):
            change()
    assert AuditEntry.objects.count() == 0
