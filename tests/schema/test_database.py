"""How resolvers ask: on wires, or in threads, with the same results and notes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import django.db
import pytest
from pytest_django import Settings

from backend.accounts.models import User
from backend.database.sql import Sql
from backend.database.steps import Call, Query, Steps, asks
from backend.jobs import commits
from backend.jobs.errors import IllegalTransition, InvalidInput
from backend.jobs.filters import JobFilter
from backend.jobs.keyset import Page
from backend.jobs.lifecycle import JobState
from backend.jobs.orders import CREATED_DESC
from backend.jobs.selectors.jobs import jobs_page
from backend.jobs.services import create_job, set_job_status
from backend.web import exchange
from schema import database, threads
from schema.database import Shared, ask, lines

pytestmark = pytest.mark.django_db(transaction=True)
postgres = pytest.mark.postgres

RUNNING, COMPLETED = JobState.RUNNING, JobState.COMPLETED


@asks
def told(*statements: str, fails: Exception | None = None) -> Steps[tuple[list[Any], bool]]:
    """The value of each statement, and whether the event loop's thread is the one that asks."""
    values = []
    for statement in statements:
        ((value,),) = yield Query(Sql(statement))
        values.append(value)
    if fails is not None:
        raise fails
    return values, threading.current_thread() is threading.main_thread()


@pytest.fixture(autouse=True)
async def _wires_closed(_threads_closed: None) -> AsyncIterator[None]:
    yield
    database.close()


@pytest.fixture
def _threads_closed(settings: Settings) -> Iterator[None]:
    settings.DATABASE_THREADS = 1
    yield
    threads.database.close()
    django.db.connection.close()
    if django.db.connection.vendor == "postgresql":
        django.db.connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def one_wire(settings: Settings) -> None:
    settings.DATABASE_WIRES = 1


@pytest.fixture
def ada(make_user: Callable[..., User]) -> int:
    return make_user("ada", "operator").pk


@pytest.fixture
def heard() -> Iterator[list[bool]]:
    """How often listeners were told of a change."""
    calls: list[bool] = []

    def listener() -> None:
        calls.append(True)

    stop = commits.listen(listener)
    yield calls
    stop()


@postgres
async def test_on_a_wire_the_loop_itself_asks(one_wire: None) -> None:
    assert await ask(told, "SELECT 1", "SELECT 2") == ([1, 2], True)


async def test_without_wires_a_thread_does() -> None:
    assert await ask(told, "SELECT 1", "SELECT 2") == ([1, 2], False)


@pytest.mark.skipif(django.db.connection.vendor != "sqlite", reason="of SQLite")
async def test_on_sqlite_a_thread_does(one_wire: None) -> None:
    assert await ask(told, "SELECT 1", "SELECT 2") == ([1, 2], False)


@postgres
async def test_what_is_no_function_of_steps_runs_in_a_thread(one_wire: None, ada: int) -> None:
    def plain() -> tuple[str, bool]:
        return User.objects.get().username, threading.current_thread() is threading.main_thread()

    assert await ask(plain) == ("ada", False)


@postgres
async def test_a_call_runs_on_the_loop_where_it_can_and_else_in_a_thread(one_wire: None) -> None:
    @asks
    def calls() -> Steps[list[bool]]:
        is_loop = partial(lambda: threading.current_thread() is threading.main_thread())
        return [
            (yield Call(is_loop)),
            (yield Call(lambda: None, on_loop=is_loop)),
            (yield Query(Sql("SELECT true")))[0][0],
        ]

    assert await ask(calls) == [False, True, True]


@pytest.mark.parametrize("wires", [pytest.param(2, marks=postgres), 0])
async def test_statements_are_noted(settings: Settings, wires: int) -> None:
    settings.DATABASE_WIRES = wires
    await ask(told, "SELECT 1")
    noted = exchange.begin("x")
    assert (noted.statements, noted.database_time) == (0, 0)
    await ask(told, "SELECT 1", "SELECT 2", "SELECT 3")
    assert noted.statements == 3
    assert 0 < noted.database_time < noted.elapsed()
    with pytest.raises(django.db.Error):
        await ask(told, "SELECT * FROM nowhere", "SELECT 1")
    assert noted.statements == 4


@postgres
async def test_time_in_the_database_is_noted(one_wire: None) -> None:
    noted = exchange.begin("x")
    await ask(told, "SELECT 1 FROM pg_sleep(0.05)")
    assert 0.05 <= noted.database_time < 5


@postgres
async def test_an_error_of_the_database_is_one_of_django(one_wire: None) -> None:
    for _ in range(3):
        with pytest.raises(django.db.DataError, match="division by zero"):
            await ask(told, "SELECT 1/0")
        with pytest.raises(django.db.ProgrammingError, match="syntax error"):
            await ask(told, "SELEC")
        assert await ask(told, "SELECT 'there'") == (["there"], True)
    assert len(lines().by_any_value._all) == 1


@postgres
async def test_what_raises_gives_its_wire_back(one_wire: None, ada: int) -> None:
    job = await ask(create_job, name="a", actor_id=ada)
    for _ in range(3):
        with pytest.raises(IllegalTransition):
            await ask(set_job_status, job_id=job.id, state=COMPLETED, actor_id=ada)
        with pytest.raises(InvalidInput):
            await ask(create_job, name="", actor_id=ada)
        with pytest.raises(KeyError):
            await ask(told, "SELECT 1", fails=KeyError("x"))
    moved = await ask(set_job_status, job_id=job.id, state=RUNNING, actor_id=ada)
    assert (moved.job.state, moved.job.version, moved.changed) == (RUNNING, 2, True)
    assert len(lines().by_any_value._all) == 1


@postgres
async def test_a_wire_that_is_lost_is_an_operational_error_once(one_wire: None) -> None:
    with pytest.raises(django.db.OperationalError):
        await ask(told, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert await ask(told, "SELECT 1") == ([1], True)


@pytest.mark.parametrize("wires", [pytest.param(2, marks=postgres), 0])
async def test_what_was_written_is_read_and_listeners_are_told_once(
    settings: Settings, ada: int, heard: list[bool], wires: int
) -> None:
    settings.DATABASE_WIRES = wires

    async def write(expected: int, service: Any, **given: Any) -> Any:
        heard.clear()
        result = await ask(service, actor_id=ada, **given)
        assert len(heard) == expected
        return result

    job = await write(1, create_job, name="Größe", idempotency_key="k")
    assert await write(0, create_job, name="Größe", idempotency_key="k") == job
    move = partial(write, service=set_job_status, job_id=job.id, state=RUNNING)
    moved = await move(1, message="go", idempotency_key="m")
    assert (moved.changed, moved.status.message, moved.status.previous_state) == (
        True,
        "go",
        JobState.PENDING,
    )
    again = await move(0, message="go", idempotency_key="m")
    assert again == moved._replace(changed=False)
    assert await move(0) == again
    heard.clear()
    with pytest.raises(IllegalTransition):
        await ask(set_job_status, job_id=job.id, state=JobState.PENDING, actor_id=ada)
    with pytest.raises(InvalidInput):
        await ask(create_job, name=" ", actor_id=ada)
    assert heard == []


@postgres
async def test_a_search_by_name_is_planned_by_its_value(one_wire: None, ada: int) -> None:
    job = await ask(create_job, name="a", actor_id=ada)
    for where, by_any, by_value in (
        (JobFilter(created_by_id=ada), 1, 0),
        (JobFilter(name_starts_with="a"), 1, 1),
    ):
        assert (await ask(jobs_page, where, CREATED_DESC, Page(1))).rows == [job]
        assert tuple(len(wires._all) for wires in lines()) == (by_any, by_value)


@pytest.mark.django_db
async def test_one_asking_serves_all_who_want_it_in_one_turn(settings: Settings) -> None:
    settings.DATABASE_WIRES = 0
    asked = 0

    def count() -> int:
        nonlocal asked
        asked += 1
        return asked

    shared = Shared(count)
    assert await asyncio.gather(*[shared.ask() for _ in range(5)]) == [1] * 5
    assert await shared.ask() == 2
