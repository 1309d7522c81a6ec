"""Reads of accounts: one statement each, and no text that breaks them."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from backend.accounts.records import UserRecord
from backend.accounts.selectors import users_by_id, users_starting_with
from tests.backend.accounts.conftest import MakeUser


def test_users_by_id_in_one_statement(
    make_user: MakeUser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada, eve = make_user("ada"), make_user("eve")
    with django_assert_num_queries(1):
        found = users_by_id([ada.pk, eve.pk, ada.pk, 10**9, 0, -1, 2**63, 10**40])
    assert found == {ada.pk: UserRecord(ada.pk, "ada"), eve.pk: UserRecord(eve.pk, "eve")}


@pytest.mark.django_db
def test_no_ids_cost_no_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert users_by_id([]) == {}
        assert users_by_id([0, 2**63]) == {}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["a+b", "a_b", "abc", "zed"]),
        ("a", ["a+b", "a_b", "abc"]),
        ("A", ["a+b", "a_b", "abc"]),
        ("a_", ["a_b"]),
        ("a%", []),
        ("\\", []),
        ("abc", ["abc"]),
        ("abcd", []),
        ("\0", []),
        ("\ud800", []),
        ("a" * 151, []),
    ],
)
def test_users_starting_with(prefix: str, expected: list[str], make_user: MakeUser) -> None:
    for name in ("zed", "abc", "a_b", "a+b"):
        make_user(name)
    assert sorted(user.username for user in users_starting_with(prefix, 10)) == expected


def test_users_starting_with_come_in_order_and_bounded(make_user: MakeUser) -> None:
    for name in ("user3", "user1", "User4", "user2"):
        make_user(name)
    assert [user.username for user in users_starting_with("user1", 2)] == ["user1"]
    everyone = [user.username for user in users_starting_with("USER", 10)]
    assert [name for name in everyone if name != "User4"] == ["user1", "user2", "user3"]
    assert [user.username for user in users_starting_with("user", 2)] == everyone[:2]
