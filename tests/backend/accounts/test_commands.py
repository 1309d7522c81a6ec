"""The commands that create accounts."""

import io
import sys
from collections.abc import Callable

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from backend.accounts.models import User
from backend.accounts.users import accounts_for
from tests.backend.accounts.conftest import HashingCount


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
