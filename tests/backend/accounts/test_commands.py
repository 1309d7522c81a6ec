"""The commands that create and change accounts, and the one that tells what happened to them."""

import io
import json
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from backend.accounts import api_tokens, sessions
from backend.accounts.errors import InvalidCredentials
from backend.accounts.models import User
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.scopes import Scope
from backend.accounts.users import accounts_for
from tests.backend.accounts.conftest import PASSWORD, Clock, HashingCount, MakeUser


def run(*arguments: str) -> str:
    """Run a management command; what it printed."""
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


class Terminal(io.StringIO):
    """Standard input as a terminal has it."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.mark.django_db
def test_development_accounts_have_their_names_for_passwords() -> None:
    assert run("create_dev_accounts") == (
        "Development accounts created: viewer/viewer, operator/operator, admin/admin.\n"
    )
    for name in ("viewer", "operator", "admin"):
        user = authenticate(username=name, password=name)
        assert isinstance(user, User)
        assert list(user.groups.values_list("name", flat=True)) == [name]
        assert (user.is_staff, user.is_superuser) == (name == "admin", False)


@pytest.mark.django_db
def test_a_second_run_hashes_nothing_and_changes_nothing(hashings: HashingCount) -> None:
    run("create_dev_accounts")
    assert hashings.value == 3
    before = list(User.objects.order_by("pk").values())
    assert run("create_dev_accounts") == ("Development accounts created: none, all are there.\n")
    assert hashings.value == 3
    assert list(User.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_an_imported_account_of_that_name_gets_its_password() -> None:
    ids = accounts_for(["operator"])
    run("create_dev_accounts")
    user = authenticate(username="operator", password="operator")
    assert user is not None
    assert user.pk == ids["operator"]


@pytest.mark.django_db
def test_production_has_no_development_accounts(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="for development only"):
        run("create_dev_accounts")
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("flag", [[], ["--password-stdin"]])
def test_create_account_reads_the_password_from_a_pipe(
    flag: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a quite long one\r\n"))
    printed = run("create_account", "ada", "--role", "operator", *flag)
    assert printed == "Created the account ada in the role operator.\n"
    assert authenticate(username="ada", password="a quite long one") is not None


def answers(*given: str) -> Callable[[str], str]:
    """Stands in for whoever sits at the terminal."""
    left = list(given)
    return lambda _prompt: left.pop(0)


@pytest.mark.django_db
def test_create_account_asks_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", answers("a quite long one", "a quite long one"))
    run("create_account", "ada", "--role", "viewer")
    assert User.objects.get().groups.get().name == "viewer"


@pytest.mark.django_db
def test_create_account_notices_a_slip_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", answers("a quite long one", "a quite long two"))
    with pytest.raises(CommandError, match="The two passwords differ"):
        run("create_account", "ada", "--role", "viewer")
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("line", ["", "\n", "short\n"])
def test_create_account_refuses_a_weak_password(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(line))
    with pytest.raises(CommandError):
        run("create_account", "ada", "--role", "viewer")
    assert User.objects.count() == 0


def test_create_account_knows_its_roles() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'owner'"):
        run("create_account", "ada", "--role", "owner")


# --- Changing accounts ------------------------------------------------------------------------


@pytest.mark.django_db
def test_set_role(make_user: MakeUser) -> None:
    ada = make_user(role=Role.OPERATOR)
    assert run("set_role", "ada", "admin") == "ada is in the role admin.\n"
    assert run("set_role", "ada", "admin") == "ada was in the role already: admin.\n"
    assert list(ada.groups.values_list("name", flat=True)) == ["admin"]


@pytest.mark.django_db
def test_set_password(make_user: MakeUser, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = make_user(role=Role.OPERATOR)
    api_tokens.create_api_token(
        ada.pk, name="a", wanted=[Scope.JOBS_READ], expires_at=None, held=PERMISSIONS[Role.VIEWER]
    )
    said = "ada has another password; its sessions have ended.\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO("a quite long one\n"))
    assert run("set_password", "ada") == said
    assert authenticate(username="ada", password="a quite long one") is not None
    monkeypatch.setattr(sys, "stdin", io.StringIO("an even longer one\n"))
    assert run("set_password", "ada", "--revoke-tokens") == f"{said}API tokens revoked: 1.\n"


@pytest.mark.django_db
def test_deactivate_account(make_user: MakeUser) -> None:
    make_user()
    assert run("deactivate_account", "ada") == "ada is deactivated.\n"
    assert run("deactivate_account", "ada") == "ada was already deactivated.\n"
    assert authenticate(username="ada", password=PASSWORD) is None
    assert run("deactivate_account", "ada", "--undo") == "ada is active.\n"
    assert authenticate(username="ada", password=PASSWORD) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ("set_role", "nobody", "viewer"),
        ("set_password", "nobody"),
        ("deactivate_account", "nobody"),
    ],
    ids=lambda command: str(command[0]),
)
def test_an_account_that_there_is_not(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a quite long one\n"))
    with pytest.raises(CommandError, match=r"^There is no account with this username\.$"):
        run(*command)


# --- The audit log ----------------------------------------------------------------------------


@pytest.fixture
def _happenings(make_user: MakeUser, clock: Clock) -> None:
    """Four entries, an hour apart."""
    make_user("ada")
    make_user("eve")
    sessions.log_in("ada", PASSWORD, "192.0.2.1")
    clock.advance(hours=1)
    for name in ("ada", "mallory"):
        with pytest.raises(InvalidCredentials):
            sessions.log_in(name, "wrong", "192.0.2.2")
        clock.advance(hours=1)
    run("set_role", "eve", "viewer")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], ["ada SIGNED_IN", "- SIGN_IN_FAILED", "- SIGN_IN_FAILED", "eve ROLES_CHANGED"]),
        (["--limit", "2"], ["- SIGN_IN_FAILED", "eve ROLES_CHANGED"]),
        (["--limit", "-1"], []),
        (["--username", "ada"], ["ada SIGNED_IN", "- SIGN_IN_FAILED"]),
        (["--username", "eve"], ["eve ROLES_CHANGED"]),
        (["--username", "nobody"], []),
        (["--username", "\0"], []),
        (
            ["--event", "SIGNED_IN", "--event", "ROLES_CHANGED"],
            ["ada SIGNED_IN", "eve ROLES_CHANGED"],
        ),
    ],
)
@pytest.mark.usefixtures("_happenings")
def test_the_audit_log_is_printed(arguments: list[str], told: list[str]) -> None:
    lines = run("audit_log", *arguments).splitlines()
    read = [line.split(None, 1) for line in lines]
    assert [f"{who} {json.loads(line)['event']}" for who, line in read] == told


@pytest.mark.usefixtures("_happenings")
def test_a_stretch_of_the_audit_log(clock: Clock) -> None:
    """The last entry was written now, the one before an hour ago."""
    now, hour = clock.now, timedelta(hours=1)

    def count(*arguments: str) -> int:
        return len(run("audit_log", *arguments).splitlines())

    assert count("--since", now.isoformat()) == 1
    assert count("--until", now.isoformat()) == 3
    assert count("--since", (now - hour).isoformat(), "--until", now.isoformat()) == 1
    assert count("--since", (now - hour).replace(tzinfo=None).isoformat()) == 2  # UTC
    with pytest.raises(CommandError, match="not a time in ISO 8601"):
        run("audit_log", "--since", "yesterday")
