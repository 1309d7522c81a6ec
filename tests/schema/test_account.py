"""Signing in and out, over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from backend.accounts import principal, tokens
from backend.accounts.models import RefreshToken, Session, User
from schema.scalars import text_to_instant
from tests.api import Api

LOG_IN = """
mutation ($username: String!, $password: String!, $useCookie: Boolean! = false) {
  logIn(input: {username: $username, password: $password, useCookie: $useCookie}) {
    __typename
    ... on LogInSuccess { session { accessToken expiresAt refreshToken viewer { username } } }
    ... on TooManyAttempts { retryAfterSeconds }
    ... on UserError { message }
  }
}
"""
REFRESH = """
mutation ($token: String) {
  refreshSession(input: {refreshToken: $token}) {
    __typename
    ... on RefreshSessionSuccess {
      session { accessToken expiresAt refreshToken viewer { username } } }
    ... on UserError { message }
  }
}
"""
LOG_OUT = """
mutation ($token: String) {
  logOut(input: {refreshToken: $token}) {
    __typename
    ... on LogOutSuccess { loggedOut }
    ... on UserError { message }
  }
}
"""
WHO = "{ viewer { username } }"
NO_LONGER = {
    "__typename": "InvalidRefreshToken",
    "message": "The refresh token is not valid, or no longer. Log in again.",
}
WRONG = {
    "__typename": "InvalidCredentials",
    "message": "The username or the password is wrong.",
}


@pytest.fixture(autouse=True)
def _ada(make_user: Callable[..., User]) -> None:
    make_user("ada", "operator")


def _log_in(api: Api, **given: Any) -> dict[str, Any]:
    given = {"username": "ada", "password": "ada", **given}
    result: dict[str, Any] = api(LOG_IN, **given).data["logIn"]
    return result


def _session(api: Api, **more: Any) -> dict[str, Any]:
    session: dict[str, Any] = _log_in(api, **more)["session"]
    return session


def _refresh(api: Api, token: str | None = None) -> dict[str, Any]:
    result: dict[str, Any] = api(REFRESH, token=token).data["refreshSession"]
    return result


def _log_out(api: Api, token: str | None = None) -> dict[str, Any]:
    result: dict[str, Any] = api(LOG_OUT, token=token).data["logOut"]
    return result


def _cookie(api: Api) -> Any:
    return api.client.cookies["jobtrail_refresh"]


# --- Signing in -----------------------------------------------------------------------------


def test_signing_in(anyone: Api) -> None:
    before = timezone.now()
    result = _log_in(anyone)
    session = result["session"]
    assert result["__typename"] == "LogInSuccess"
    assert session["viewer"] == {"username": "ada"}
    assert session["refreshToken"].startswith("jtr_")
    lifetime = text_to_instant(session["expiresAt"]) - before
    assert timedelta(minutes=14, seconds=58) < lifetime <= timedelta(minutes=15, seconds=5)
    assert Api(Client(), token=session["accessToken"])(WHO).data == {"viewer": {"username": "ada"}}
    assert not anyone.client.cookies


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("ada", "wrong"),
        ("ada", "ADA"),
        ("nobody", "ada"),
        ("", "ada"),
        ("ada", ""),
        ("ada\0", "ada"),
        ("ada", "ada\0"),
        ("a" * 151, "ada"),
        ("ada", "a" * 1025),
        (" ada", "ada"),
    ],
)
def test_wrong_credentials_of_any_kind_are_told_in_the_same_words(
    anyone: Api, username: str, password: str
) -> None:
    assert _log_in(anyone, username=username, password=password) == WRONG
    assert Session.objects.count() == 0


def test_a_deactivated_account_is_told_nothing_else(anyone: Api) -> None:
    User.objects.filter(username="ada").update(is_active=False)
    assert _log_in(anyone) == WRONG


def test_too_many_attempts(anyone: Api) -> None:
    for _ in range(5):
        assert _log_in(anyone, password="wrong") == WRONG
    assert _log_in(anyone, password="wrong") == {
        "__typename": "TooManyAttempts",
        "retryAfterSeconds": 1,
        "message": "There were too many attempts to log in. Try again in 1 second.",
    }
    # The right password must wait as well: else it would be told apart.
    assert _log_in(anyone)["__typename"] == "TooManyAttempts"


def test_the_throttle_lets_another_address_sign_in(anyone: Api) -> None:
    for _ in range(6):
        _log_in(anyone, password="wrong")
    elsewhere = Api(Client(REMOTE_ADDR="198.51.100.7"))
    assert _log_in(elsewhere)["__typename"] == "LogInSuccess"


def test_an_address_is_believed_from_the_proxies_that_are_configured(
    anyone: Api, settings: Settings
) -> None:
    """Without one in front, the header is a client's own invention."""

    def attempt(address: str) -> str:
        body = {"query": LOG_IN, "variables": {"username": "ada", "password": "wrong"}}
        response = anyone.post(body, **{"x-forwarded-for": address})
        kind: str = response.json()["data"]["logIn"]["__typename"]
        return kind

    assert [attempt(f"203.0.113.{number}") for number in range(6)] == [
        *["InvalidCredentials"] * 5,
        "TooManyAttempts",
    ]
    settings.TRUSTED_PROXIES = 1
    assert attempt("203.0.113.9") == "InvalidCredentials"


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("", []),
        ("viewer", ["VIEW_JOBS"]),
        ("operator", ["VIEW_JOBS", "CREATE_JOBS", "CHANGE_JOBS"]),
        ("admin", ["VIEW_JOBS", "CREATE_JOBS", "CHANGE_JOBS"]),
    ],
)
def test_a_session_says_what_the_account_may_do(
    anyone: Api, make_user: Callable[..., User], role: str, permissions: list[str]
) -> None:
    make_user("grace", *([role] if role else []))
    log_in = anyone(
        """mutation { logIn(input: {username: "grace", password: "grace"}) {
          ... on LogInSuccess { session { permissions refreshToken } } } }"""
    )
    session = log_in.data["logIn"]["session"]
    assert session["permissions"] == permissions
    refreshed = anyone(
        """mutation ($token: String) { refreshSession(input: {refreshToken: $token}) {
          ... on RefreshSessionSuccess { session { permissions } } } }""",
        token=session["refreshToken"],
    )
    assert refreshed.data["refreshSession"]["session"]["permissions"] == permissions


# --- The cookie -----------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(
    anyone: Api, settings: Settings
) -> None:
    session = _session(anyone, useCookie=True)
    assert session["refreshToken"] is None
    cookie = _cookie(anyone)
    assert cookie.value.startswith("jtr_")
    assert {name: value for name, value in cookie.items() if value and name != "expires"} == {
        "httponly": True,
        "samesite": "Strict",
        "path": "/graphql",
        "max-age": str(14 * 24 * 60 * 60),
    }
    settings.PRODUCTION = True
    _session(anyone, useCookie=True)
    assert _cookie(anyone)["secure"] is True


def test_a_refused_log_in_sets_no_cookie(anyone: Api) -> None:
    assert _log_in(anyone, password="wrong", useCookie=True) == WRONG
    assert not anyone.client.cookies


def test_refreshing_by_cookie(anyone: Api) -> None:
    _session(anyone, useCookie=True)
    first = _cookie(anyone).value
    result = _refresh(anyone)
    assert result["session"]["viewer"] == {"username": "ada"}
    assert result["session"]["refreshToken"] is None
    second = _cookie(anyone).value
    assert second != first
    assert _refresh(anyone)["__typename"] == "RefreshSessionSuccess"
    assert _cookie(anyone).value != second


def test_refreshing_without_a_cookie(anyone: Api) -> None:
    assert _refresh(anyone) == NO_LONGER


def test_a_page_elsewhere_can_not_spend_the_cookie(anyone: Api) -> None:
    """What a form or a simple request of a browser can send is not read."""
    _session(anyone, useCookie=True)
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        response = anyone.client.post(
            "/graphql", '{"query": "mutation { __typename }"}', content_type=content_type
        )
        assert response.status_code == 415
    response = anyone.client.get("/graphql", {"query": REFRESH})
    assert response.status_code == 405
    assert RefreshToken.objects.filter(used_at__isnull=False).count() == 0


# --- Refreshing -----------------------------------------------------------------------------


def test_refreshing_by_token(anyone: Api) -> None:
    session = _session(anyone)
    result = _refresh(anyone, session["refreshToken"])
    renewed = result["session"]
    assert result["__typename"] == "RefreshSessionSuccess"
    assert renewed["refreshToken"].startswith("jtr_")
    assert renewed["refreshToken"] != session["refreshToken"]
    assert renewed["viewer"] == {"username": "ada"}
    assert Api(Client(), token=renewed["accessToken"])(WHO).codes == []
    assert not anyone.client.cookies
    assert Session.objects.count() == 1


def test_a_token_used_twice_ends_the_whole_session_at_once(anyone: Api) -> None:
    session = _session(anyone)
    renewed = _refresh(anyone, session["refreshToken"])["session"]
    api = Api(Client(), token=renewed["accessToken"])
    assert api(WHO).codes == []

    assert _refresh(anyone, session["refreshToken"]) == NO_LONGER

    assert api(WHO).codes == ["UNAUTHENTICATED"]
    assert _refresh(anyone, renewed["refreshToken"]) == NO_LONGER
    assert Session.objects.get().revocation_reason == "TOKEN_REUSED"


def test_other_sessions_of_the_account_go_on(anyone: Api) -> None:
    one, other = _session(anyone), _session(anyone)
    _refresh(anyone, one["refreshToken"])
    _refresh(anyone, one["refreshToken"])
    assert Api(Client(), token=other["accessToken"])(WHO).codes == []
    assert _refresh(anyone, other["refreshToken"])["__typename"] == "RefreshSessionSuccess"


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", "jtr_", "jtr_" + "a" * 43, "jtr_" + "é" * 43, "\0", "a" * 50_000],
)
def test_tokens_that_are_none(anyone: Api, token: str) -> None:
    assert _refresh(anyone, token) == NO_LONGER


def test_a_refresh_token_that_is_too_old(anyone: Api) -> None:
    session = _session(anyone)
    RefreshToken.objects.update(expires_at=timezone.now())
    assert _refresh(anyone, session["refreshToken"]) == NO_LONGER


def test_a_deactivated_account_is_not_refreshed(anyone: Api) -> None:
    session = _session(anyone)
    User.objects.filter(username="ada").update(is_active=False)
    assert _refresh(anyone, session["refreshToken"]) == NO_LONGER


# --- Signing out ----------------------------------------------------------------------------


def test_signing_out_ends_access_at_once(anyone: Api) -> None:
    session = _session(anyone)
    api = Api(Client(), token=session["accessToken"])
    assert api(WHO).codes == []
    assert _log_out(api, session["refreshToken"]) == {
        "__typename": "LogOutSuccess",
        "loggedOut": True,
    }
    assert api(WHO).codes == ["UNAUTHENTICATED"]
    assert _refresh(anyone, session["refreshToken"]) == NO_LONGER
    assert Session.objects.get().revocation_reason == "LOGGED_OUT"


def test_signing_out_by_cookie_takes_the_cookie_away(anyone: Api) -> None:
    session = _session(anyone, useCookie=True)
    api = Api(anyone.client, token=session["accessToken"])
    assert _log_out(api)["__typename"] == "LogOutSuccess"
    assert (_cookie(api).value, _cookie(api)["max-age"]) == ("", "0")
    assert _cookie(api)["path"] == "/graphql"


def test_signing_out_needs_a_session_of_ones_own(anyone: Api, viewer: Api) -> None:
    session = _session(anyone)
    assert _log_out(viewer, session["refreshToken"]) == NO_LONGER
    assert _log_out(viewer, "nonsense") == NO_LONGER
    assert Api(Client(), token=session["accessToken"])(WHO).codes == []
    assert anyone(LOG_OUT, token=session["refreshToken"]).codes == ["UNAUTHENTICATED"]
    assert Session.objects.filter(revoked_at__isnull=False).count() == 0


# --- Access tokens --------------------------------------------------------------------------


def test_an_expired_token(anyone: Api, settings: Settings) -> None:
    settings.ACCESS_TOKEN_LIFETIME = timedelta(seconds=-1)
    session = _session(anyone)
    settings.ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
    answer = Api(Client(), token=session["accessToken"])(WHO)
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.body["errors"][0]["message"] == (
        "The access token has expired or is not valid: refresh the session or sign in."
    )
    renewed = _refresh(anyone, session["refreshToken"])["session"]
    assert Api(Client(), token=renewed["accessToken"])(WHO).codes == []


def test_a_token_that_expires_while_it_is_remembered(
    anyone: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(Client(), token=_session(anyone)["accessToken"])
    assert api(WHO).codes == []
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("backend.accounts.principal.timezone.now", lambda: later)
    # The library that checks the signature has a clock of its own.
    monkeypatch.setattr(tokens, "verify", _expired)
    assert api(WHO).codes == ["UNAUTHENTICATED"]


def _expired(_token: str) -> tokens.Claims:
    raise tokens.InvalidToken("expired", expired=True)


def test_a_token_signed_by_another_key(anyone: Api, settings: Settings) -> None:
    key = settings.JWT_KEY
    settings.JWT_KEY = "another-key-of-at-least-32-bytes-0123456789"
    forged = _session(anyone)["accessToken"]
    settings.JWT_KEY = key
    assert Api(Client(), token=forged)(WHO).codes == ["UNAUTHENTICATED"]


def test_a_changed_password_ends_every_session(anyone: Api) -> None:
    session = _session(anyone)
    user = User.objects.get(username="ada")
    user.set_password("another")
    user.save()
    principal.forget(user_id=user.pk)
    assert Api(Client(), token=session["accessToken"])(WHO).codes == ["UNAUTHENTICATED"]
    assert _refresh(anyone, session["refreshToken"]) == NO_LONGER


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "Token abc", "é"])
def test_other_ways_to_authenticate_are_no_way(anyone: Api, header: str) -> None:
    response = anyone.post({"query": WHO}, authorization=header)
    assert response.status_code == 200
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == [
        "UNAUTHENTICATED"
    ]


def test_the_scheme_is_read_in_any_case(anyone: Api) -> None:
    token = _session(anyone)["accessToken"]
    for scheme in ("Bearer", "bearer", "BEARER"):
        response = anyone.post({"query": WHO}, authorization=f"{scheme} {token}")
        assert response.json() == {"data": {"viewer": {"username": "ada"}}}


@pytest.mark.parametrize(
    "given",
    [
        {"username": "ada", "password": ["hunter2"]},
        {"username": "ada", "password": {"hunter2": "hunter2"}},
        {"username": "ada", "pasword": "hunter2"},  # the field is mistyped, the password is not
        {"username": "ada", "password": "hunter2", "remember": True},
        {"username": "ada", "password": "ada", "useCookie": "hunter2"},
        "hunter2",
        ["hunter2"],
    ],
)
def test_what_was_typed_does_not_come_back_in_an_error(anyone: Api, given: Any) -> None:
    answer = anyone(
        "mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }", input=given
    )
    assert set(answer.codes) == {"BAD_USER_INPUT"}
    assert "hunter2" not in str(answer.body)


@pytest.mark.parametrize(
    "document",
    [
        'mutation { logIn(input: {username: "ada", password: ["hunter2"]}) { __typename } }',
        'mutation { logIn(input: {username: "ada", pasword: "hunter2"}) { __typename } }',
        'mutation { logIn(input: "hunter2") { __typename } }',
        'mutation { logIn(input: {username: "ada", password "hunter2"}) { __typename } }',
        'mutation { logIn(input: {username: "ada", "hunter2"}) { __typename } }',
        'mutation { __typename } """ """ "hunter2"',
        'mutation { __typename } "hunter2" "hunter2"',
    ],
)
def test_nor_does_what_was_typed_into_the_document(anyone: Api, document: str) -> None:
    answer = anyone(document)
    assert set(answer.codes) <= {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
    assert answer.codes != []
    assert "hunter2" not in str(answer.body)
