"""Wires to the test's database, closed at its end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import pytest

from backend.database import wires as pools
from backend.database.parameters import parameters as connecting
from backend.database.sql import Sql
from backend.database.wire import Wire
from backend.database.wires import Wires


class OpenWire(Protocol):
    """Open a wire: `await open_wire(prepares=False, port=...)`."""

    def __call__(self, *, prepares: bool = True, **parameters: Any) -> Awaitable[Wire]:
        """The wire."""
        ...


@pytest.fixture
async def open_wire(django_db_setup: None) -> AsyncIterator[OpenWire]:
    opened = []

    async def open_one(*, prepares: bool = True, **parameters: Any) -> Wire:
        wire = await Wire.open({**connecting(pools.APPLICATION), **parameters}, prepares=prepares)
        opened.append(wire)
        return wire

    yield open_one
    for wire in opened:
        wire.close()


@pytest.fixture
async def wire(open_wire: OpenWire) -> Wire:
    return await open_wire()


@pytest.fixture
async def pool(
    django_db_setup: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Callable[[int], Wires]]:
    """Make a pool of so many wires, whose connections bear the test's name."""
    monkeypatch.setattr(pools, "APPLICATION", request.node.name[:63])
    made = []

    def make(size: int) -> Wires:
        made.append(Wires(size))
        return made[-1]

    yield make
    for wires in made:
        wires.close()


async def scalar(wire: Wire, text: str, *values: Any) -> Any:
    """The one value that a statement returns."""
    ((value,),) = await wire.rows(Sql(text, values))
    return value


async def pid(wire: Wire) -> int:
    """Whom it is connected to."""
    return int(await scalar(wire, "SELECT pg_backend_pid()"))


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it holds, ten seconds at most."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.001)
