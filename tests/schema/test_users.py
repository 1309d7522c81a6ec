"""`users` and `viewer`: accounts, as far as others may see them."""

from collections.abc import Callable

import pytest

from backend.accounts.models import User
from tests.api import Api

USERS = """query ($prefix: String, $first: Int! = 20) {
  users(usernameStartsWith: $prefix, first: $first) { username } }"""


def _names(api: Api, prefix: str | None = None, **variables: int) -> list[str]:
    return [user["username"] for user in api(USERS, prefix=prefix, **variables).data["users"]]


@pytest.fixture
def _accounts(make_user: Callable[..., User]) -> None:
    for name in ("carol", "adam", "Ada", "ad_hoc", "bob", "a%b"):
        make_user(name)


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("ada", {"Ada", "adam"}),
        ("ADA", {"Ada", "adam"}),
        ("ad", {"Ada", "adam", "ad_hoc"}),
        ("ad_", {"ad_hoc"}),
        ("a%", {"a%b"}),
        ("dam", set()),
        ("nobody", set()),
        ("", {"carol", "adam", "Ada", "ad_hoc", "bob", "a%b", "viewer"}),
        (None, {"carol", "adam", "Ada", "ad_hoc", "bob", "a%b", "viewer"}),
        ("a" * 1_000, set()),
        ("\0", set()),
    ],
)
@pytest.mark.usefixtures("_accounts")
def test_by_the_beginning_of_the_name(viewer: Api, prefix: str | None, names: set[str]) -> None:
    found = _names(viewer, prefix)
    assert set(found) == names
    assert len(found) == len(names)


def test_in_order_and_at_most_as_many_as_asked(viewer: Api, make_user: Callable[..., User]) -> None:
    for number in range(30):
        make_user(f"user{number:02}")
    assert _names(viewer, "user") == [f"user{number:02}" for number in range(20)]
    assert _names(viewer, "user", first=3) == ["user00", "user01", "user02"]
    assert len(_names(viewer, "user", first=100)) == 30


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
def test_sizes_that_are_none(viewer: Api, first: int) -> None:
    answer = viewer(USERS, first=first)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == "first must be between 1 and 100."


def test_an_account_shows_its_id_and_name_and_nothing_else(viewer: Api) -> None:
    answer = viewer('{ __type(name: "User") { fields { name } } }')
    assert answer.data == {"__type": {"fields": [{"name": "id"}, {"name": "username"}]}}


def test_the_account_that_asks(viewer: Api) -> None:
    shown = viewer("{ viewer { __typename id username } }").data["viewer"]
    assert (shown["__typename"], shown["username"]) == ("User", "viewer")
    node = viewer("query ($id: ID!) { node(id: $id) { ... on User { username } } }", id=shown["id"])
    assert node.data == {"node": {"username": "viewer"}}
