"""What every test may use: accounts of each role, and the API as a client sees it."""

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from backend.accounts import principal, sessions
from backend.accounts.models import User
from backend.jobs import horizon
from schema import database, threads
from schema.charges import charges
from tests.api import Api
from tests.server import Server, serving

# A machine that is busy is not a failure.
hypothesis.settings.register_profile("jobtrail", deadline=None)
hypothesis.settings.load_profile("jobtrail")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs PostgreSQL where there is none; `make test` runs with one."""
    if settings.POSTGRES:
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set POSTGRES_HOST"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in use: in memory, readers and a writer get in each other's way."""
    if not settings.POSTGRES:
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Settings) -> None:
    """Argon2 takes 50 ms on purpose; no test but those of sign-in wants that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _one_connection(settings: Settings) -> None:
    """Everything runs in the test's own thread, within its transaction."""
    settings.DATABASE_THREADS = settings.DATABASE_WIRES = 0


@pytest.fixture(autouse=True)
def _no_rate_limit(settings: Settings) -> None:
    """No statements but those a test is about, whatever it costs."""
    settings.RATE_POINTS_PER_MINUTE = 0


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> None:
    """Rolled-back accounts come back with the same ids on SQLite, and logs begin anew."""
    horizon._horizon = horizon.Horizon()
    principal.forget_all()
    charges.purses.forget_all()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Create an account: `make_user("ada", role="operator")`; its password is its name."""

    def make(username: str, role: str | None = None) -> User:
        user = User.objects.create_user(username, password=username)
        if role is not None:
            user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def sign_in(make_user: Callable[..., User]) -> Callable[..., Api]:
    """The API as an account of that role uses it, through Django's test client."""

    def sign_in(role: str, username: str | None = None) -> Api:
        user = make_user(username or role, role)
        grant = sessions.log_in(user.username, user.username, "192.0.2.1")
        return Api(Client(), token=grant.access_token, user=user)

    return sign_in


@pytest.fixture
def anyone(db: None) -> Api:
    """The API as a stranger meets it."""
    return Api(Client())


@pytest.fixture
def viewer(sign_in: Callable[..., Api]) -> Api:
    """The API for an account that may look."""
    return sign_in("viewer")


@pytest.fixture
def operator(sign_in: Callable[..., Api]) -> Api:
    """The API for an account that may look, create and change."""
    return sign_in("operator")


@pytest.fixture
def server(transactional_db: None, settings: Settings) -> Iterator[Server]:
    """The real thing on a free port: uvicorn, the ASGI application, the test's database."""
    settings.DATABASE_THREADS = 4
    settings.DATABASE_WIRES = 4 if settings.POSTGRES else 0
    with serving() as server:
        yield server
    database.close()
    threads.database.close()
    threads.hashing.close()
    connection.close()


@pytest.fixture
def statements(django_assert_num_queries: DjangoAssertNumQueries) -> DjangoAssertNumQueries:
    """Assert an exact number of SQL statements: a context manager that takes the number."""
    return django_assert_num_queries
