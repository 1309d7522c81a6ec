"""Signing in to the admin pages: who may, behind which throttle, and with what cookies."""

import os
import subprocess
import sys
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client

from backend.accounts import administration
from backend.accounts.models import AuditEntry, User
from backend.accounts.roles import Role
from tests.backend.accounts.conftest import PASSWORD, MakeUser
from tests.backend.admin.conftest import sign_in
from tests.server import Server

FORM = "/admin/login/"
GOOD = "a quite long one"


def submit(browser: Client, username: str, password: str) -> str:
    """What the page says to these credentials."""
    return browser.post(FORM, {"username": username, "password": password}).content.decode()


def test_an_administrator_gets_in(browser: Client, root: User) -> None:
    page = browser.get("/admin/")
    assert page.status_code == 200
    assert "Accounts" in page.content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.source, entry.account_id) == ("SIGNED_IN", "ADMIN", root.pk)


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OPERATOR])
def test_nobody_else_does(make_user: MakeUser, role: Role | None) -> None:
    make_user("ada", role=role)
    assert sign_in("ada").get("/admin/").status_code == 302
    assert not AuditEntry.objects.filter(event="SIGNED_IN").exists()


def test_a_stranger_is_led_to_the_form(client: Client, db: None) -> None:
    for path in ("/admin/", "/admin/accounts/user/", "/admin/accounts/user/1/password/"):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (302, f"{FORM}?next={path}")
    assert client.get("/admin").headers["Location"] == "/admin/"


def test_wrong_passwords_are_counted_with_those_of_the_api(root: User, client: Client) -> None:
    for _ in range(5):
        assert "The username or the password is wrong." in submit(client, "root", "wrong")
    assert "There were too many attempts to log in." in submit(client, "root", PASSWORD)
    failures = AuditEntry.objects.filter(event="SIGN_IN_FAILED", source="ADMIN")
    assert failures.count() == 5
    answer = client.post(
        "/graphql",
        {
            "query": f"""mutation {{ logIn(input: {{username: "root", password: "{PASSWORD}"}}) {{
              __typename }} }}"""
        },
        content_type="application/json",
    ).json()
    assert answer == {"data": {"logIn": {"__typename": "TooManyAttempts"}}}


@pytest.mark.parametrize(("username", "password"), [("", ""), ("a\0", "b"), ("root", "a\0")])
def test_what_is_no_credential(client: Client, root: User, username: str, password: str) -> None:
    assert client.post(FORM, {"username": username, "password": password}).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_a_session_ends_with_the_rights_or_the_password(browser: Client, root: User) -> None:
    administration.set_role("root", Role.OPERATOR)
    assert browser.get("/admin/").status_code == 302
    administration.set_role("root", Role.ADMIN)
    assert browser.get("/admin/").status_code == 200
    administration.set_password("root", GOOD)
    assert browser.get("/admin/").status_code == 302
    again = sign_in("root", GOOD)
    administration.set_active("root", active=False)
    assert again.get("/admin/").status_code == 302


def test_ones_own_password(browser: Client, root: User) -> None:
    path = "/admin/password_change/"
    given = {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD}
    for bad in ({"old_password": "wrong"}, {"new_password1": "short", "new_password2": "short"}):
        assert browser.post(path, {**given, **bad}).status_code == 200
    assert not AuditEntry.objects.filter(event="PASSWORD_CHANGED").exists()
    assert browser.post(path, given).status_code == 302
    entry = AuditEntry.objects.get(event="PASSWORD_CHANGED")
    assert (entry.source, entry.account_id, entry.actor_id) == ("ADMIN", root.pk, root.pk)
    assert sign_in("root", GOOD).get("/admin/").status_code == 200


def test_a_form_of_another_site_is_refused(root: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(FORM, {"username": "root", "password": PASSWORD}).status_code == 403
    strict.force_login(root)
    assert strict.post("/admin/accounts/user/add/", {}).status_code == 403


def test_cookies_go_nowhere_else(browser: Client) -> None:
    browser.get("/admin/password_change/")
    cookies = {
        name: (cookie["path"], cookie["samesite"], bool(cookie["httponly"]))
        for name, cookie in browser.cookies.items()
    }
    assert cookies["jobtrail_admin"] == ("/admin/", "Strict", True)
    assert cookies.get("jobtrail_csrf") in {None, ("/admin/", "Strict", True)}


def test_the_pages_have_their_files_and_policy(server: Server) -> None:
    base = server.url.removesuffix("/graphql")
    with httpx.Client(base_url=base) as client:
        page = client.get("/admin/login/")
        assert page.status_code == 200
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "no-store" in page.headers["Cache-Control"]
        assert client.get("/static/admin/css/base.css").status_code == 200
        # The API pays for none of it.
        answer = client.post("/graphql", json={"query": "{ __typename }"})
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


PRODUCTION: dict[str, Any] = {
    "JOBTRAIL_ENV": "production",
    "JOBTRAIL_SECRET_KEY": "a secret of more than thirty-two bytes, as random as any",
    "JOBTRAIL_JWT_KEY": "another secret of more than thirty-two bytes, as random as any",
    "JOBTRAIL_ALLOWED_HOSTS": "localhost",
}
TELL = """
import asyncio, sys
from django.conf import settings
from backend.config.asgi import application
from django.urls import Resolver404, resolve
try:
    resolve("/admin/")
except Resolver404:
    print("no pages", "django.contrib.admin" in sys.modules)
else:
    print("pages", settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE)
"""


@pytest.mark.parametrize(
    ("setting", "told"),
    [({}, "no pages False"), ({"JOBTRAIL_ADMIN": "true"}, "pages True True")],
    ids=["off", "on"],
)
def test_production_has_them_where_it_is_told_to(setting: dict[str, str], told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TELL],
        cwd=settings.ROOT,
        env={**os.environ, **PRODUCTION, **setting},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == told
