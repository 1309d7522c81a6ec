"""Accounts to sign in with, a fast password hasher and a clock that the tests turn."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Group
from django.utils import timezone
from pytest_django.fixtures import Settings

from backend.accounts.models import User
from backend.accounts.roles import Role

MakeUser = Callable[..., User]
PASSWORD = "correct horse"


class Clock:
    """What time it is, as Django's `timezone.now` tells it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, for whoever asks."""
        return self.now

    def advance(self, **by: float) -> None:
        """Let time pass, given as for a timedelta."""
        self.now += timedelta(**by)


class HashingCount:
    """How many passwords were hashed."""

    def __init__(self) -> None:
        self.value = 0


@pytest.fixture(autouse=True)
def _fast_hasher(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until it is advanced."""
    clock = Clock(timezone.now())
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> HashingCount:
    """Counts the passwords that reach the hasher from now on."""
    count = HashingCount()
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        count.value += 1
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return count


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Creates an account with a password and, where given, a role."""

    def make(
        username: str = "ada", password: str | None = PASSWORD, role: Role | None = None
    ) -> User:
        user = User.objects.create_user(username, password=password)
        if role is not None:
            user.groups.add(Group.objects.get(name=role.value))
        return user

    return make


@pytest.fixture
def audited() -> Iterator[list[dict[str, Any]]]:
    """The lines that the audit log writes from now on, read as JSON."""
    lines: list[dict[str, Any]] = []

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(record.getMessage()))

    reader = Reader()
    logging.getLogger("jobtrail.audit").addHandler(reader)
    yield lines
    logging.getLogger("jobtrail.audit").removeHandler(reader)
