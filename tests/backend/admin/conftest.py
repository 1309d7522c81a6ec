"""Accounts that manage others, and a browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.accounts.roles import Role
from tests.backend.accounts.conftest import PASSWORD, MakeUser, make_user

__all__ = ["make_user"]

SignIn = Callable[..., Client]


def sign_in(username: str, password: str = PASSWORD) -> Client:
    """A browser on which somebody filled in the form."""
    browser = Client()
    browser.post("/admin/login/", {"username": username, "password": password})
    return browser


@pytest.fixture
def root(make_user: MakeUser) -> User:
    """An account in the role admin."""
    user = make_user("root", role=Role.ADMIN)
    user.is_staff = True
    user.save()
    return user


@pytest.fixture
def browser(root: User) -> Client:
    """That account, signed in."""
    return sign_in("root")
