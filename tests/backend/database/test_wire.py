"""One wire: answers, errors, prepared statements, and statements that nobody waits for."""

import asyncio
import hashlib
import os
import socket
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import django.db
import psycopg
import pytest
import uvloop

from backend.database import wire as wire_module
from backend.database.parameters import parameters as connecting
from backend.database.records import pack_instant
from backend.database.sql import Sql
from backend.database.wire import Wire, as_django, numbered
from backend.jobs.lifecycle import JobState
from tests.backend.database.conftest import OpenWire, scalar, until

pytestmark = pytest.mark.postgres

KEY = UUID("0198f2a4-7c00-7abc-8def-0123456789ab")
NOON = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
# A type, what is given, and what comes back.
VALUES: list[tuple[str, Any, Any]] = [
    ("uuid", KEY, KEY.bytes),
    ("timestamptz", NOON, pack_instant(NOON)),
    ("timestamptz", NOON.replace(year=1969), pack_instant(NOON.replace(year=1969))),
    ("text", "Größe \U0001f9ea %s $1 ' \\", "Größe \U0001f9ea %s $1 ' \\"),
    ("text", "", ""),
    ("varchar", JobState.FAILED, "FAILED"),
    ("int4", 7, 7),
    ("int8", 2**63 - 1, 2**63 - 1),
    ("int8", -(2**40), -(2**40)),
    ("bool", True, True),
    ("float8", 0.1, 0.1),
    ("numeric", Decimal("1.50"), Decimal("1.50")),
    ("date", date(2026, 3, 1), date(2026, 3, 1)),
    ("interval", timedelta(days=1, microseconds=5), timedelta(days=1, microseconds=5)),
    ("bytea", b"\x00\xff", b"\x00\xff"),
    ("text[]", ["a", 'b"'], ["a", 'b"']),
    ("int8[]", [1, 2**40], [1, 2**40]),
    ("uuid[]", [KEY], [KEY.bytes]),
]
PREPARED = "SELECT statement FROM pg_prepared_statements ORDER BY prepare_time, name"


async def prepared(wire: Wire) -> list[str]:
    """The statements that the wire has prepared, but the one that asks."""
    rows = await wire.rows(Sql(PREPARED))
    return [text for (text,) in rows if text != PREPARED]


@pytest.mark.parametrize("prepares", [True, False])
async def test_values_of_every_type_come_back(open_wire: OpenWire, *, prepares: bool) -> None:
    wire = await open_wire(prepares=prepares)
    for kind, given, expected in VALUES:
        for _ in range(3):
            assert await scalar(wire, f"SELECT %s::{kind}", given) == expected
            assert await scalar(wire, f"SELECT %s::{kind}", None) is None
    columns = ", ".join(f"%s::{kind}" for kind, _, _ in VALUES)
    row = tuple(expected for _, _, expected in VALUES)
    all_given = tuple(given for _, given, _ in VALUES)
    assert await wire.rows(Sql(f"SELECT {columns}", all_given)) == [row]


async def test_many_rows_one_and_none(wire: Wire) -> None:
    many = Sql("SELECT n, n::text FROM generate_series(1, %s) n", (30_000,))
    for _ in range(3):
        assert await wire.rows(many) == [(n, str(n)) for n in range(1, 30_001)]
        assert await wire.rows(Sql("SELECT 1, NULL, 'a'")) == [(1, None, "a")]
        assert await wire.rows(Sql("SELECT 1 WHERE false")) == []
        assert await wire.rows(Sql("SET application_name = 'other'")) == []
        assert await wire.rows(Sql("")) == []


def test_places_are_numbered() -> None:
    assert numbered("SELECT %s, a FROM b WHERE c = %s") == b"SELECT $1, a FROM b WHERE c = $2"
    assert numbered("SELECT 1") == b"SELECT 1"


@pytest.mark.parametrize("prepares", [True, False])
@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("SELECT 1/0", django.db.DataError, "division by zero"),
        ("SELEC 1", django.db.ProgrammingError, 'syntax error at or near "SELEC"'),
        ("SELECT * FROM nowhere", django.db.ProgrammingError, '"nowhere" does not exist'),
        ("INSERT INTO once VALUES (1), (1)", django.db.IntegrityError, "duplicate key value"),
        ("INSERT INTO late VALUES (1), (1)", django.db.IntegrityError, "duplicate key value"),
        ("SELECT generate_series(1, 9) / (5 - generate_series(1, 9))", django.db.DataError, "zero"),
        ("SELECT 'a'::uuid", django.db.DataError, "invalid input syntax"),
    ],
)
async def test_an_error_is_one_of_django_and_leaves_the_wire_usable(
    open_wire: OpenWire, *, prepares: bool, text: str, error: type[Exception], message: str
) -> None:
    wire = await open_wire(prepares=prepares)
    await wire.rows(Sql("CREATE TEMPORARY TABLE once (id int PRIMARY KEY)"))
    deferred = "id int UNIQUE DEFERRABLE INITIALLY DEFERRED"
    await wire.rows(Sql(f"CREATE TEMPORARY TABLE late ({deferred})"))
    for number in range(3):
        with pytest.raises(error, match=message) as raised, as_django:
            await wire.rows(Sql(text))
        assert isinstance(raised.value.__cause__, psycopg.Error)
        assert wire.is_open
        assert not wire.is_busy
        assert await scalar(wire, "SELECT %s::int", number) == number


async def test_a_value_that_can_not_be_sent_leaves_the_wire_usable(wire: Wire) -> None:
    for _ in range(3):
        with pytest.raises(django.db.DataError, match="NUL"), as_django:
            await wire.rows(Sql("SELECT %s::text", ("a\0b",)))
        assert not wire.is_busy
        assert await scalar(wire, "SELECT %s::text", "ab") == "ab"


async def test_a_statement_is_prepared_when_it_comes_again(wire: Wire) -> None:
    text = "SELECT %s::int + 1"
    assert await scalar(wire, text, 1) == 2
    assert await prepared(wire) == []
    assert await scalar(wire, text, 2) == 3
    assert await prepared(wire) == ["SELECT $1::int + 1"]
    assert await scalar(wire, text, 3) == 4
    assert await prepared(wire) == ["SELECT $1::int + 1"]


async def test_values_of_other_types_are_another_statement(wire: Wire) -> None:
    for _ in range(3):
        assert await scalar(wire, "SELECT pg_typeof(%s)::text", 1) == "smallint"
        assert await scalar(wire, "SELECT pg_typeof(%s)::text", 2**40) == "bigint"
        assert await scalar(wire, "SELECT pg_typeof(%s)::text", KEY) == "uuid"
    assert await prepared(wire) == ["SELECT pg_typeof($1)::text"] * 3


async def test_nothing_is_prepared_where_that_is_not_wanted(open_wire: OpenWire) -> None:
    wire = await open_wire(prepares=False)
    for number in range(4):
        assert await scalar(wire, "SELECT %s::int + 1", number) == number + 1
    assert await wire.rows(Sql(PREPARED)) == []


async def test_beyond_the_most_it_forgets_and_goes_on(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "MOST_PREPARED", 3)
    texts = [f"SELECT {number}" for number in range(5)]
    for _ in range(3):
        for number, text in enumerate(texts):
            assert await scalar(wire, text) == number
    held = await wire.rows(Sql("SELECT count(*) FROM pg_prepared_statements"))
    assert held[0][0] <= 3
    assert [await scalar(wire, text) for text in texts] == [0, 1, 2, 3, 4]


async def test_statements_that_were_counted_are_forgotten_too(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire_module, "REMEMBERED", 2)
    for number in range(7):
        assert await scalar(wire, f"SELECT {number}") == number
    assert len(wire._asked) <= 2
    assert await prepared(wire) == []


@pytest.mark.parametrize("prepares", [True, False])
async def test_what_no_buffer_holds_is_sent_whole(open_wire: OpenWire, *, prepares: bool) -> None:
    wire = await open_wire(prepares=prepares)
    value = "".join(f"{number:07}," for number in range(2**19))  # 4 MB
    digest = hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()
    for _ in range(2):
        assert await wire.rows(Sql("SELECT md5(%s), %s::int", (value, 7))) == [(digest, 7)]
    assert await scalar(wire, "SELECT %s::text", value) == value


async def test_a_statement_that_is_given_up_goes_on_until_its_answer_came(wire: Wire) -> None:
    asked = asyncio.ensure_future(scalar(wire, "SELECT 'old' FROM pg_sleep(0.3)"))
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    busy = [wire.is_busy]
    began = asyncio.get_running_loop().time()
    await wire.free()
    assert 0.1 < asyncio.get_running_loop().time() - began < 5
    assert [*busy, wire.is_busy] == [True, False]
    assert await scalar(wire, "SELECT 'new'") == "new"
    await wire.free()  # at once


@pytest.mark.parametrize("times", [0, 1, 2])
async def test_a_statement_may_be_given_up_at_any_moment(wire: Wire, times: int) -> None:
    """While it is prepared, too: what comes next is answered rightly."""
    for turns in range(12):
        text = f"SELECT 'old {turns}' WHERE %s"
        for _ in range(times):
            await wire.rows(Sql(text, (True,)))
        asked = asyncio.ensure_future(wire.rows(Sql(text, (True,))))
        for _ in range(turns):
            await asyncio.sleep(0)
        asked.cancel()
        await asyncio.wait([asked])
        await wire.free()
        for number in range(3):
            assert await scalar(wire, "SELECT %s::int", number) == number
            assert await wire.rows(Sql(text, (True,))) == [(f"old {turns}",)]


async def test_an_end_from_afar_is_noticed(wire: Wire, open_wire: OpenWire) -> None:
    other = await open_wire()
    gone = await scalar(other, "SELECT pg_backend_pid()")
    assert await scalar(wire, "SELECT pg_terminate_backend(%s)", gone) is True
    await until(lambda: not other.is_open)
    with pytest.raises(django.db.OperationalError), as_django:
        await scalar(other, "SELECT 1")
    other.close()  # again: nothing happens
    assert await scalar(wire, "SELECT 1") == 1


async def test_an_end_from_afar_ends_the_statement_under_way(
    wire: Wire, open_wire: OpenWire
) -> None:
    other = await open_wire()
    gone = await scalar(other, "SELECT pg_backend_pid()")
    asked = asyncio.ensure_future(scalar(other, "SELECT pg_sleep(20)"))
    await asyncio.sleep(0.05)
    assert await scalar(wire, "SELECT pg_terminate_backend(%s)", gone) is True
    with pytest.raises(django.db.OperationalError, match="terminating connection"), as_django:
        await asked
    assert not other.is_open
    assert not other.is_busy


LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize("under_way", [True, False])
@pytest.mark.parametrize("loop", LOOPS)
def test_a_broken_wire_leaves_nothing_behind_in_the_loop(loop: str, *, under_way: bool) -> None:
    """Whoever gets the number of its socket next is told when something comes."""

    async def work() -> bytes:
        killer, broken = [await Wire.open(connecting("test"), prepares=True) for _ in range(2)]
        gone, number = await scalar(broken, "SELECT pg_backend_pid()"), broken._pg.socket
        asked = asyncio.ensure_future(scalar(broken, "SELECT pg_sleep(20)")) if under_way else None
        await asyncio.sleep(0.01)
        await scalar(killer, "SELECT pg_terminate_backend(%s)", gone)
        await until(lambda: not broken.is_open)
        if asked is not None:
            with pytest.raises(psycopg.OperationalError):
                await asked
        here, there = socket.socketpair()
        if here.fileno() != number:
            os.dup2(here.fileno(), number)
            here.close()
            here = socket.socket(fileno=number)
        here.settimeout(0)
        received = asyncio.ensure_future(asyncio.get_running_loop().sock_recv(here, 1))
        await asyncio.sleep(0.01)
        broken.close()  # again: it takes nothing from others
        there.send(b"x")
        try:
            return await asyncio.wait_for(received, 2)
        finally:
            for each in (here, there, killer):
                each.close()

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert runner.run(work()) == b"x"


async def test_pieces_do_not_hold_up_the_loop(open_wire: OpenWire) -> None:
    """An answer whose end has not come yet is waited for by the loop, not by libpq."""
    parameters = connecting("test")
    host, port = str(parameters["host"]), parameters["port"]
    sizes, ended = count(1), asyncio.Event()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int) -> None:
        while piece := await reader.read(most or 1 + next(sizes) % 5):
            writer.write(piece)
            await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = (
            await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            if host.startswith("/")
            else await asyncio.open_connection(host, int(port))
        )
        await asyncio.gather(pump(reader, there[1], 65_536), pump(there[0], writer, 0))
        ended.set()

    async with await asyncio.start_server(relay, "127.0.0.1", 0) as server:
        at = server.sockets[0].getsockname()[1]
        wire = await open_wire(host="127.0.0.1", port=at, sslmode="disable", gssencmode="disable")
        for number in range(5):
            assert await scalar(wire, "SELECT %s::int", number) == number
            with pytest.raises(psycopg.errors.DivisionByZero):
                await scalar(wire, "SELECT 1/0")
        wire.close()
        await ended.wait()


async def test_a_wire_whose_statement_a_migration_has_changed_is_closed(
    open_wire: OpenWire,
) -> None:
    wire = await open_wire()
    await wire.rows(Sql("CREATE TEMPORARY TABLE changing AS SELECT 1 AS a"))
    for _ in range(3):
        assert await scalar(wire, "SELECT a FROM changing") == 1
    await wire.rows(Sql("ALTER TABLE changing ALTER a TYPE text"))
    with pytest.raises(psycopg.errors.FeatureNotSupported):
        await scalar(wire, "SELECT a FROM changing")
    assert not wire.is_open
