"""Keys as an array in a statement, as it is sent and as text."""

import struct
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import Format

from backend.database.packed import UUID_ARRAY_OID, Keys
from backend.database.sql import Sql
from backend.database.steps import Query
from backend.database.wire import Wire
from tests.backend.database.conftest import scalar

ONE, OTHER = UUID(int=1), UUID("0198f2a4-7c00-7abc-8def-0123456789ab")
LISTS = [[], [ONE], [ONE, OTHER], [OTHER, ONE, OTHER], [UUID(int=n) for n in range(1_000)]]
UNNESTED = "SELECT array_agg(key ORDER BY number) FROM unnest(%s) WITH ORDINALITY AS _(key, number)"


def keys(ids: list[UUID]) -> Keys:
    return Keys(each.bytes for each in ids)


def test_as_it_is_sent() -> None:
    for format_ in (PyFormat.AUTO, PyFormat.BINARY):
        dumper = Transformer().get_dumper(keys([ONE]), format_)
        assert (dumper.oid, dumper.format) == (UUID_ARRAY_OID, Format.BINARY)
        head = struct.pack(">iiIii", 1, 0, 2950, 1, 1)
        assert dumper.dump(keys([ONE])) == head + struct.pack(">i", 16) + ONE.bytes
        assert dumper.dump(keys([])) == struct.pack(">iiI", 0, 0, 2950)


def test_as_text() -> None:
    dumper = Transformer().get_dumper(keys([ONE]), PyFormat.TEXT)
    assert (dumper.oid, dumper.format) == (UUID_ARRAY_OID, Format.TEXT)
    assert dumper.dump(keys([ONE, OTHER])) == (
        b"{00000000000000000000000000000001,0198f2a47c007abc8def0123456789ab}"
    )
    assert dumper.dump(keys([])) == b"{}"


@pytest.mark.postgres
@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.uuids(), max_size=30))
def test_the_database_has_exactly_those(db: None, ids: list[UUID]) -> None:
    assert Query(Sql("SELECT unnest(%s::uuid[])", (keys(ids),))).run() == [
        (each.bytes,) for each in ids
    ]


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("ids", LISTS, ids=len)
def test_in_a_statement_and_by_text_in_a_composed_one(ids: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid[]", [keys(ids)])
        assert cursor.fetchall() == [(ids,)]
        cursor.execute("SELECT %s = %s", [keys(ids), ids])
        assert cursor.fetchall() == [(True,)]
        raw = cursor.connection
        composed = sql.SQL("SELECT {}").format(sql.Literal(keys(ids)))
        assert raw.execute(composed).fetchall() == [(ids,)]
        client = psycopg.ClientCursor(raw)
        assert client.execute("SELECT %s::uuid[]", [keys(ids)]).fetchall() == [(ids,)]


@pytest.mark.postgres
@pytest.mark.parametrize("ids", LISTS, ids=len)
async def test_on_a_wire(wire: Wire, ids: list[UUID]) -> None:
    for _ in range(3):  # prepared from the second time on
        assert await scalar(wire, "SELECT %s::uuid[]", keys(ids)) == [each.bytes for each in ids]
        assert await scalar(wire, UNNESTED, keys(ids)) == ([each.bytes for each in ids] or None)
