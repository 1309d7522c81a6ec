"""Sign-in under simultaneous calls, on the database that lets writers run side by side."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from backend.accounts import api_tokens, principal, sessions
from backend.accounts.errors import AccountError
from backend.accounts.models import (
    ApiToken,
    AuditEntry,
    LoginThrottle,
    RefreshToken,
    Session,
    User,
)
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.scopes import Scope
from backend.accounts.users import accounts_for
from tests.backend.accounts.conftest import PASSWORD, HashingCount, MakeUser

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite"),
    pytest.mark.django_db(transaction=True),
]


def at_once(count: int, call: Callable[[], object]) -> list[object]:
    """What `count` threads got from the call, started together; an exception is a result too."""
    results: list[object] = []
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        try:
            results.append(call())
        except Exception as error:  # noqa: BLE001 (whatever happened is what the test asserts)
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def kinds(results: list[object]) -> Counter[str]:
    """How many results there are of each type."""
    return Counter(type(result).__name__ for result in results)


def test_of_ten_refreshes_with_one_token_one_wins(make_user: MakeUser) -> None:
    make_user()
    token = sessions.log_in("ada", PASSWORD, "192.0.2.1").refresh_token
    results = at_once(10, lambda: sessions.refresh(token))
    assert kinds(results) == {"Grant": 1, "InvalidRefreshToken": 9}
    assert Session.objects.get().revocation_reason == "TOKEN_REUSED"
    assert RefreshToken.objects.count() == 2
    winner = next(result for result in results if isinstance(result, sessions.Grant))
    with pytest.raises(AccountError):
        sessions.refresh(winner.refresh_token)


def test_refreshing_and_logging_out_do_not_deadlock(make_user: MakeUser) -> None:
    user = make_user()
    for _ in range(5):
        token = sessions.log_in("ada", PASSWORD, "192.0.2.1").refresh_token
        turns = itertools.count()

        def call(token: str = token, turns: Iterator[int] = turns) -> object:
            return sessions.log_out(token, user.pk) if next(turns) % 2 else sessions.refresh(token)

        found = kinds(at_once(8, call))
        assert found["bool"] == 4
        assert found["Grant"] + found["InvalidRefreshToken"] == 4
        assert found["Grant"] <= 1
    assert Session.objects.filter(revoked_at__isnull=True).count() == 0


def test_simultaneous_guesses_are_all_counted(make_user: MakeUser, hashings: HashingCount) -> None:
    make_user()
    hashings.value = 0
    results = at_once(20, lambda: sessions.log_in("ada", "wrong", "192.0.2.1"))
    assert kinds(results) == {"InvalidCredentials": 5, "TooManyAttempts": 15}
    assert hashings.value == 5
    assert list(LoginThrottle.objects.values_list("failures", flat=True)) == [5, 5, 5]


def test_simultaneous_log_ins_of_one_account_leave_no_failure_behind(make_user: MakeUser) -> None:
    make_user()
    results = at_once(5, lambda: sessions.log_in("ada", PASSWORD, "192.0.2.1"))
    assert kinds(results) == {"Grant": 5}
    assert set(LoginThrottle.objects.values_list("failures", flat=True)) == {0}


def test_right_and_wrong_passwords_at_once_do_not_deadlock(make_user: MakeUser) -> None:
    make_user("ada")
    make_user("eve")
    turns = itertools.count()

    def call() -> object:
        turn = next(turns)
        username = ("ada", "eve")[turn % 2]
        password = (PASSWORD, "wrong")[turn // 2 % 2]
        return sessions.log_in(username, password, f"192.0.2.{turn % 3}")

    found = kinds(at_once(24, call))
    assert found["Grant"] + found["InvalidCredentials"] + found["TooManyAttempts"] == 24
    assert found["Grant"] == Session.objects.count()
    assert found["InvalidCredentials"] == 12


def test_two_calls_do_not_both_find_room_for_the_last_token(
    make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_tokens, "MOST_ACTIVE", 3)
    ada = make_user()
    results = at_once(
        8,
        lambda: api_tokens.create_api_token(
            ada.pk,
            name="worker",
            wanted=[Scope.JOBS_READ],
            expires_at=None,
            held=PERMISSIONS[Role.VIEWER],
        ),
    )
    assert kinds(results) == {"Issued": 3, "TooManyApiTokens": 5}
    assert ApiToken.objects.count() == 3


def test_of_simultaneous_revocations_one_revokes(make_user: MakeUser) -> None:
    ada = make_user()
    token = api_tokens.create_api_token(
        ada.pk,
        name="worker",
        wanted=[Scope.JOBS_READ],
        expires_at=None,
        held=PERMISSIONS[Role.VIEWER],
    ).token
    results = at_once(6, lambda: api_tokens.revoke_api_token(ada.pk, token.id).revoked)
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
    assert AuditEntry.objects.filter(event="API_TOKEN_REVOKED").count() == 1


def test_simultaneous_uses_are_told_once(make_user: MakeUser) -> None:
    ada = make_user()
    secret = api_tokens.create_api_token(
        ada.pk,
        name="worker",
        wanted=[Scope.JOBS_READ],
        expires_at=None,
        held=PERMISSIONS[Role.VIEWER],
    ).secret
    principal.forget_all()
    results = at_once(8, lambda: principal.principal_for(secret))
    assert kinds(results) == {"Principal": 8}
    assert ApiToken.objects.get().last_used_at is not None


def test_simultaneous_imports_create_each_account_once() -> None:
    names = [f"user{number}" for number in range(50)]
    results = at_once(6, lambda: accounts_for(names))
    assert kinds(results) == {"dict": 6}
    assert all(result == results[0] for result in results)
    assert User.objects.count() == 50
