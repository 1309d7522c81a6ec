"""What administrators see and change of accounts, and what is written down of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.test import Client

from backend.accounts import api_tokens, principal, sessions
from backend.accounts.models import ApiToken, AuditEntry, Session, User
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.scopes import Scope
from backend.accounts.tokens import InvalidToken
from tests.backend.accounts.conftest import PASSWORD, MakeUser
from tests.backend.admin.conftest import sign_in

GOOD = "a quite long one"
USERS = "/admin/accounts/user/"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    principal.forget_all()
    yield
    principal.forget_all()


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    """An operator."""
    return make_user(role=Role.OPERATOR)


def group(role: Role) -> int:
    return Group.objects.get(name=role.value).pk


def change(browser: Client, user: User, **fields: Any) -> int:
    """Submit the form of an account; the status of the answer."""
    status: int = browser.post(f"{USERS}{user.pk}/change/", fields).status_code
    return status


def told(user: User) -> list[tuple[str, str, int | None, Any]]:
    """What the audit log says of the account since it was made."""
    entries = AuditEntry.objects.filter(account=user).exclude(
        event__in=["SIGNED_IN", "API_TOKEN_CREATED"]
    )
    columns = ("event", "source", "actor_id", "details")
    return list(entries.order_by("id").values_list(*columns))


def test_the_lists_and_the_forms_are_there(browser: Client, root: User, ada: User) -> None:
    sessions.log_in("ada", PASSWORD, "192.0.2.1")
    token = issue(ada).token
    for path in (
        USERS,
        f"{USERS}?q=ada&is_active__exact=1&groups__id__exact={group(Role.OPERATOR)}",
        f"{USERS}add/",
        f"{USERS}{ada.pk}/change/",
        f"{USERS}{ada.pk}/password/",
        f"{USERS}{ada.pk}/history/",
        "/admin/accounts/apitoken/?q=ada",
        f"/admin/accounts/apitoken/{token.id}/change/",
        "/admin/accounts/session/?q=ada",
        f"/admin/accounts/session/{Session.objects.get().pk}/change/",
        "/admin/accounts/auditentry/?q=ada&event__exact=SIGNED_IN",
    ):
        page = browser.get(path)
        assert (path, page.status_code) == (path, 200)
        assert ApiToken.objects.get().digest not in page.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        f"{USERS}?password__startswith=md5",
        f"{USERS}?api_tokens__digest__startswith=a",
        "/admin/accounts/apitoken/?digest__startswith=a",
        "/admin/accounts/apitoken/?user__password__startswith=md5",
        "/admin/accounts/session/?user__password__startswith=md5",
        "/admin/accounts/session/?refresh_tokens__digest__startswith=a",
        "/admin/accounts/auditentry/?account__password__startswith=md5",
    ],
)
def test_a_list_does_not_answer_questions_about_secrets(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 400


def test_another_role(browser: Client, root: User, ada: User) -> None:
    assert change(browser, ada, is_active="on", groups=[group(Role.ADMIN)]) == 302
    ada.refresh_from_db()
    assert list(ada.groups.values_list("name", flat=True)) == ["admin"]
    assert ada.is_staff is True
    assert told(ada) == [
        ("ROLES_CHANGED", "ADMIN", root.pk, {"before": ["operator"], "after": ["admin"]})
    ]
    change(browser, ada, is_active="on", groups=[group(Role.VIEWER)])
    ada.refresh_from_db()
    assert ada.is_staff is False


def test_saving_without_a_change_is_no_event(browser: Client, ada: User) -> None:
    assert change(browser, ada, is_active="on", groups=[group(Role.OPERATOR)]) == 302
    assert told(ada) == []


def test_deactivating(
    browser: Client, root: User, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    access = sessions.log_in("ada", PASSWORD, "192.0.2.1").access_token
    principal.principal_for(access)
    with django_capture_on_commit_callbacks(execute=True):
        assert change(browser, ada, groups=[group(Role.OPERATOR)]) == 302
    with pytest.raises(InvalidToken):
        principal.principal_for(access)
    change(browser, ada, is_active="on", groups=[group(Role.OPERATOR)])
    assert [event for event, *_ in told(ada)] == ["DEACTIVATED", "ACTIVATED"]


def test_a_name_stays_and_so_does_what_is_not_on_the_form(browser: Client, ada: User) -> None:
    change(
        browser,
        ada,
        username="eve",
        is_active="on",
        is_superuser="on",
        is_staff="on",
        password="plain",
        groups=[group(Role.OPERATOR)],
    )
    after = User.objects.get(pk=ada.pk)
    assert (after.username, after.is_superuser, after.is_staff) == ("ada", False, False)
    assert after.password == ada.password


def test_another_password(browser: Client, root: User, ada: User) -> None:
    path = f"{USERS}{ada.pk}/password/"
    given = {"password1": GOOD, "password2": GOOD, "usable_password": "true"}
    assert browser.post(path, {**given, "password2": "other"}).status_code == 200
    weak = {**given, "password1": "short", "password2": "short"}
    assert browser.post(path, weak).status_code == 200
    assert told(ada) == []
    assert browser.post(path, given).status_code == 302
    assert authenticate(username="ada", password=GOOD) is not None
    assert told(ada) == [("PASSWORD_CHANGED", "ADMIN", root.pk, {})]


def test_a_new_account(browser: Client, root: User) -> None:
    given = {"username": "eve", "password1": GOOD, "password2": GOOD, "usable_password": "true"}
    assert browser.post(f"{USERS}add/", given).status_code == 302
    eve = User.objects.get(username="eve")
    assert told(eve) == [("ACCOUNT_CREATED", "ADMIN", root.pk, {})]


def test_a_superuser_is_changed_by_superusers_only(
    browser: Client, root: User, make_user: MakeUser
) -> None:
    boss = make_user("boss", role=Role.ADMIN)
    boss.is_superuser = boss.is_staff = True
    boss.save()
    given = {"password1": GOOD, "password2": GOOD, "usable_password": "true"}
    assert browser.post(f"{USERS}{boss.pk}/password/", given).status_code == 403
    assert change(browser, boss, groups=[]) == 403
    assert told(boss) == []
    own = sign_in("boss")
    assert own.post(f"{USERS}{root.pk}/password/", given).status_code == 302
    assert change(own, boss, is_active="on", groups=[group(Role.VIEWER)]) == 302
    boss.refresh_from_db()
    assert boss.is_staff is True


def test_nothing_is_deleted(browser: Client, ada: User) -> None:
    issue(ada)
    for path in (
        f"{USERS}{ada.pk}/delete/",
        f"/admin/accounts/apitoken/{ApiToken.objects.get().pk}/delete/",
        f"/admin/accounts/auditentry/{AuditEntry.objects.latest('id').pk}/delete/",
    ):
        assert browser.post(path, {"post": "yes"}).status_code == 403
    given = {"action": "delete_selected", "_selected_action": [str(ada.pk)], "post": "yes"}
    browser.post(USERS, given)
    assert User.objects.filter(pk=ada.pk).exists()


def issue(user: User) -> api_tokens.Issued:
    """A token of the account."""
    return api_tokens.create_api_token(
        user.pk,
        name="worker",
        wanted=tuple(Scope),
        expires_at=None,
        held=PERMISSIONS[Role.OPERATOR],
    )


def test_revoking_tokens(
    browser: Client, root: User, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    issued, kept = issue(ada), issue(ada)
    principal.principal_for(issued.secret)
    given = {"action": "revoke", "_selected_action": [str(issued.token.id)]}
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            browser.post("/admin/accounts/apitoken/", given)
    with pytest.raises(InvalidToken):
        principal.principal_for(issued.secret)
    assert principal.principal_for(kept.secret).username == "ada"
    details = {"token": issued.token.id, "name": "worker"}
    assert told(ada) == [("API_TOKEN_REVOKED", "ADMIN", root.pk, details)]


def test_revoking_sessions(
    browser: Client, root: User, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    access = sessions.log_in("ada", PASSWORD, "192.0.2.1").access_token
    principal.principal_for(access)
    session = Session.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(
            "/admin/accounts/session/",
            {"action": "revoke", "_selected_action": [str(session.pk)]},
        )
    with pytest.raises(InvalidToken):
        principal.principal_for(access)
    session.refresh_from_db()
    assert session.revocation_reason == "BY_ADMIN"
    assert told(ada) == [("SESSION_REVOKED", "ADMIN", root.pk, {"session": str(session.pk)})]


def test_staff_without_the_permission_sees_nothing(make_user: MakeUser, ada: User) -> None:
    ada.is_staff = True
    ada.save()
    browser = sign_in("ada")
    assert browser.get("/admin/").status_code == 200
    for name in ("user", "apitoken", "session", "auditentry"):
        assert browser.get(f"/admin/accounts/{name}/").status_code == 403
    token = issue(ada).token
    browser.post(
        "/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [str(token.id)]}
    )
    assert ApiToken.objects.get().revoked_at is None
