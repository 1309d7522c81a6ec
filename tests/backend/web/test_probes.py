"""The probes tell the truth about the process and its database, and nothing more."""

import asyncio
import socket
import threading
from typing import NoReturn

import httpx
import pytest
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker

from backend.web import probes
from backend.web.probes import Readiness, Reason


@pytest.fixture(autouse=True)
def readiness(monkeypatch: pytest.MonkeyPatch) -> Readiness:
    """What /readyz asks, fresh for each test."""
    fresh = Readiness()
    monkeypatch.setattr(probes, "readiness", fresh)
    return fresh


async def test_alive_without_a_database(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz", headers={"Host": "10.0.0.7:8000"})
    assert (response.status_code, response.text) == (200, "ok")
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
async def test_ready(client: httpx.AsyncClient) -> None:
    for _ in range(2):
        response = await client.get("/readyz", headers={"Host": "10.0.0.7:8000"})
        assert (response.status_code, response.json()) == (200, {"status": "ready"})
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db(transaction=True)
async def test_a_missing_migration_is_noticed_until_it_is_applied(
    client: httpx.AsyncClient,
) -> None:
    def record(*, applied: bool) -> None:
        recorder = MigrationRecorder(connections["default"])
        change = recorder.record_applied if applied else recorder.record_unapplied
        change("jobs", "0002_guards")

    await asyncio.to_thread(record, applied=False)
    try:
        response = await client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"status": "unavailable", "reason": "migrations_pending"}
    finally:
        await asyncio.to_thread(record, applied=True)
    assert (await client.get("/readyz")).status_code == 200


async def test_an_unreachable_database(
    client: httpx.AsyncClient,
    readiness: Readiness,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "127.0.0.1",
            "PORT": closed.getsockname()[1],
            "NAME": "jobtrail",
        }
        monkeypatch.setitem(
            connections.settings,
            "gone",
            connections.configure_settings({"default": gone})["default"],
        )
        readiness.using = "gone"
        with django_db_blocker.unblock():
            response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "reason": "database_unreachable"}


async def test_a_database_that_hangs_holds_one_thread(
    client: httpx.AsyncClient, readiness: Readiness, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, looks = threading.Event(), []

    def hang(_connection: BaseDatabaseWrapper) -> NoReturn:
        looks.append(threading.current_thread().name)
        hanging.wait(10)
        raise OperationalError

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", hang)
    readiness.deadline = 0.05
    try:
        answers = await asyncio.gather(*(client.get("/readyz") for _ in range(5)))
    finally:
        hanging.set()
    slow = {"status": "unavailable", "reason": Reason.SLOW}
    assert [(answer.status_code, answer.json()) for answer in answers] == [(503, slow)] * 5
    assert len(looks) == 1


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_are_read_only(client: httpx.AsyncClient, path: str) -> None:
    response = await client.post(path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
