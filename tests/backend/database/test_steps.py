"""Functions of steps, run on this thread's connection: on either database the same."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from backend.accounts.models import User
from backend.database.records import INSTANTS, UUIDS, Record, Table, pack_instant
from backend.database.sql import Sql
from backend.database.steps import Call, Query, Steps, asks, rows_with
from backend.jobs.models import Job
from backend.jobs.services import create_job
from backend.jobs.tables import JOBS, STATUSES

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
KEY = UUID("0198f2a4-7c00-7abc-8def-0123456789ab")


def test_calling_runs_the_steps_one_after_the_other() -> None:
    done = []

    @asks
    def both(first: int, *, second: int) -> Steps[int]:
        """What it does."""
        ((one,),) = yield Query(Sql("SELECT %s + 0", (first,)))
        done.append(one)
        two = yield Call(lambda: second, on_loop=lambda: pytest.fail("there is no loop"))
        done.append(two)
        return int(one * two)

    assert both(6, second=7) == 42
    assert done == [6, 7]
    assert both.__doc__ == "What it does."


def test_steps_within_steps() -> None:
    @asks
    def inner(number: int) -> Steps[int]:
        ((found,),) = yield Query(Sql("SELECT %s + 1", (number,)))
        return int(found)

    @asks
    def outer() -> Steps[tuple[int, int]]:
        return (yield from inner.steps(1)), (yield from inner.steps(5))

    assert outer() == (2, 6)


def test_an_error_ends_the_function() -> None:
    @asks
    def fails() -> Steps[None]:
        yield Query(Sql("SELECT 1"))
        raise KeyError("x")

    with pytest.raises(KeyError, match="x"):
        fails()


def test_rows_come_as_records_keep_them() -> None:
    ada = User.objects.create(username="ada").pk
    job = create_job(name="Größe", actor_id=ada)
    (row,) = rows_with(JOBS, [job.id]).run()
    assert row == tuple(job)
    assert JOBS.record.of(row) == job
    assert row[0] == job.id.bytes
    assert row[3] == pack_instant(Job.objects.get().state_changed_at)


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_rows_with_ids(number: int) -> None:
    ada = User.objects.create(username="ada").pk
    jobs = [create_job(name=f"{n}", actor_id=ada) for n in range(6)]
    wanted = jobs[:number]
    found = rows_with(JOBS, [*(job.id for job in wanted), *([KEY] if number else [])]).run()
    assert sorted(found) == sorted(tuple(job) for job in wanted)
    assert rows_with(STATUSES, [2**40] * number).run() == []


def test_values_go_in_and_come_out() -> None:
    class Kept(Record):
        id: UUID
        made: datetime

    table = Table("kept", Kept)
    assert (table.columns, table.selected) == (("id", "made"), "id, made")
    assert Kept.packings == (UUIDS, INSTANTS)
    Query(Sql("CREATE TEMPORARY TABLE kept (id uuid, made timestamptz)")).run()
    insert = "INSERT INTO kept VALUES (%s, %s), (%s, %s)"
    assert Query(Sql(insert, (KEY, NOON, None, None))).run() == []
    found = Query(Sql("SELECT id, made FROM kept WHERE id IS NOT NULL"), Kept.packings).run()
    assert found == [(KEY.bytes, pack_instant(NOON))]
    assert Kept.of(found[0]).values == (KEY, NOON)
    assert Query(Sql("SELECT id, made FROM kept WHERE id IS NULL"), Kept.packings).run() == [
        (None, None)
    ]
