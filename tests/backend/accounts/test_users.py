"""Creating accounts, one by one and in bulk."""

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from pytest_django.fixtures import DjangoAssertNumQueries

from backend.accounts.errors import InvalidAccount
from backend.accounts.models import User
from backend.accounts.roles import Role
from backend.accounts.users import accounts_for, create_account
from tests.backend.accounts.conftest import MakeUser

GOOD = "a quite long one"


@pytest.mark.django_db
def test_create_account_gives_a_password_and_a_role() -> None:
    record = create_account("ada", GOOD, Role.OPERATOR)
    user = User.objects.get()
    assert record == (user.pk, "ada")
    assert authenticate(username="ada", password=GOOD) == user
    assert list(user.groups.values_list("name", flat=True)) == ["operator"]
    assert (user.is_staff, user.is_superuser) == (False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("", GOOD, "username"),
        ("a b", GOOD, "username"),
        ("a\0", GOOD, "username"),
        ("a\ud800", GOOD, "username"),
        ("a" * 151, GOOD, "username"),
        ("\ufdfa" * 20, GOOD, "username"),  # longer, and with spaces, once in normal form
        ("ada", "", "password"),
        ("ada", "short", "password"),
        ("ada", "password123", "password"),
        ("ada.lovelace", "ada.lovelace1", "password"),
        ("ada", "x\0" * 10, "password"),
        ("ada", "x" * 1025, "password"),
    ],
)
def test_create_account_refuses_and_writes_nothing(
    username: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidAccount) as refusal:
        create_account(username, password, Role.VIEWER)
    assert refusal.value.field == field
    assert User.objects.count() == 0


def test_create_account_refuses_a_taken_name(make_user: MakeUser) -> None:
    make_user("ada")
    with pytest.raises(InvalidAccount, match=r"^There is an account with this username\.$"):
        create_account("ada", GOOD, Role.ADMIN)
    assert User.objects.get().groups.count() == 0
    assert authenticate(username="ada", password=GOOD) is None


@pytest.mark.django_db
def test_create_account_takes_an_imported_account_over() -> None:
    ids = accounts_for(["ada"])
    assert create_account("ada", GOOD, Role.VIEWER) == (ids["ada"], "ada")
    assert authenticate(username="ada", password=GOOD) == User.objects.get()


def test_accounts_for_finds_and_creates(make_user: MakeUser) -> None:
    ada = make_user("ada")
    ids = accounts_for(["ada", "user7", "user8"])
    assert ids["ada"] == ada.pk
    assert User.objects.in_bulk(ids.values()).keys() == set(ids.values())
    assert list(User.objects.order_by("pk").values_list("username", flat=True)) == [
        "ada",
        "user7",
        "user8",
    ]
    assert accounts_for({"user8", "ada"}) == {"ada": ada.pk, "user8": ids["user8"]}
    assert User.objects.count() == 3


@pytest.mark.django_db
def test_a_created_account_can_not_sign_in() -> None:
    accounts_for(["user7"])
    user = User.objects.get()
    assert user.has_usable_password() is False
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)


@pytest.mark.django_db
def test_two_spellings_of_one_name_are_one_account() -> None:
    ids = accounts_for(["\u212bke", "\u00c5ke"])
    assert ids["\u212bke"] == ids["\u00c5ke"] == User.objects.get().pk


@pytest.mark.django_db
def test_accounts_for_refuses_a_malformed_name_and_writes_nothing() -> None:
    with pytest.raises(InvalidAccount) as refusal:
        accounts_for(["user7", "not a name"])
    assert refusal.value.field == "username"
    assert "not a name" not in str(refusal.value)
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_a_thousand_accounts_cost_few_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    names = [f"user{number}" for number in range(1000)]
    inserts = {"postgresql": 2, "sqlite": 12}[connection.vendor]  # SQLite: 999 values in each
    with django_assert_num_queries(2 + inserts + 2):
        ids = accounts_for(names)
    assert len(set(ids.values())) == 1000
    with django_assert_num_queries(2):
        assert accounts_for(names) == ids
    with django_assert_num_queries(0):
        assert accounts_for([]) == {}
