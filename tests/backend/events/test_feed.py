"""The one contract of the feed, whichever database is behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from backend.events import feed as feeds
from backend.events import tail_sqlite
from backend.events.feed import Feed
from backend.events.tail_postgresql import APPLICATION, PostgreSQLTail
from backend.jobs.models import JobStatus
from backend.jobs.services import create_job
from tests.backend.events.conftest import PATIENCE, Log, beside


def committed() -> list[int]:
    return list(JobStatus.objects.order_by("id").values_list("id", flat=True))


def positions(log: Log, after: int, *, most: int = 100, characters: int = 1000) -> list[int] | None:
    rows = log.feed.rows(after, most=most, characters=characters)
    return None if rows is None else [row.id for row in rows]


async def ended(feed: Feed) -> None:
    assert feed._task is not None
    await asyncio.wait_for(asyncio.shield(feed._task), PATIENCE)


async def test_an_empty_log_begins_at_its_beginning(log: Log) -> None:
    log.feed.enter()
    assert await log.feed.now() == 0
    await log.write(1)
    assert await log.take(0, 1) == await beside(committed)


async def test_every_change_comes_once_in_order(log: Log) -> None:
    log.feed.enter()
    start = await log.feed.now()
    await log.write(30)
    assert await log.take(start, 30) == await beside(committed)


async def test_from_now_on_leaves_out_what_was_before(log: Log) -> None:
    await log.write(3)
    log.feed.enter()
    start = await log.feed.now()
    await log.write(2)
    before = (await beside(committed))[:3]
    assert start == before[-1]
    assert await log.take(start, 2) == (await beside(committed))[3:]


async def test_a_cursor_from_before_the_feed_began_resumes_behind_it(log: Log) -> None:
    await log.write(5)
    ids = await beside(committed)
    log.feed.enter()
    assert await log.take(ids[1], 3) == ids[2:]


async def test_what_was_written_before_is_at_hand_for_those_who_come_back(log: Log) -> None:
    await log.write(5)
    log.feed.enter()
    start = await log.feed.now()
    ids = await beside(committed)
    assert positions(log, ids[0] - 1) == ids
    assert positions(log, start) == []


async def test_followers_beyond_the_ring_are_served_from_the_database(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "RING_ROWS", 5)
    monkeypatch.setattr(feeds, "BACKLOG", 2)
    monkeypatch.setattr("schema.follow.BATCH", 3)
    await log.write(4)
    log.feed.enter()
    await log.feed.now()
    await log.write(16)
    ids = await beside(committed)
    assert await log.take(ids[-2], 1) == ids[-1:]  # the ring is up to date now
    assert positions(log, ids[-7]) is None
    assert positions(log, ids[-6]) == ids[-5:]
    assert await log.take(0, 20) == ids


async def test_long_messages_do_not_fill_the_ring(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "RING_CHARACTERS", 250)
    log.feed.enter()
    await log.feed.now()
    ids = await beside(_write_messages, log, 100, 4)
    await log.take(0, 4)
    assert positions(log, ids[0]) is None
    assert positions(log, ids[1]) == ids[2:]


async def test_no_more_is_handed_out_than_asked_for_but_always_something(log: Log) -> None:
    log.feed.enter()
    await log.feed.now()
    ids = await beside(_write_messages, log, 100, 5)
    await log.take(0, 5)
    assert positions(log, 0, most=2) == ids[:2]
    assert positions(log, ids[0], characters=300) == ids[1:4]
    assert positions(log, ids[0], characters=299) == ids[1:3]
    assert positions(log, ids[0], characters=1) == ids[1:2]


async def test_a_cursor_ahead_waits_until_the_log_is_past_it(log: Log) -> None:
    await log.write(1)
    log.feed.enter()
    ahead = await log.feed.now() + 2
    await log.write(2)
    assert await log.take(ahead - 1, 1) == [ahead]
    assert positions(log, ahead) == []
    assert not await log.published(ahead, 0.05)
    await log.write(1)
    assert await log.take(ahead, 1) == [ahead + 1]


async def test_a_feed_goes_on_while_somebody_follows(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LINGER", 0)
    log.feed.enter()
    log.feed.enter()
    start = await log.feed.now()
    log.feed.leave()
    await log.write(1)
    assert await log.take(start, 1) == await beside(committed)
    log.feed.leave()
    await ended(log.feed)


async def test_an_abandoned_feed_is_taken_up_again_without_a_gap(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LINGER", 0)
    log.feed.enter()
    start = await log.feed.now()
    await log.write(2)
    taken = await log.take(start, 2)
    log.feed.leave()
    await ended(log.feed)
    await log.write(2)
    log.feed.enter()
    assert await log.feed.now() == (await beside(committed))[3]
    await log.write(1)
    taken += await log.take(taken[-1], 3)
    assert taken == await beside(committed)


async def test_a_feed_that_nobody_follows_any_more_lingers_for_who_comes_back(log: Log) -> None:
    log.feed.enter()
    await log.feed.now()
    task = log.feed._task
    log.feed.leave()
    log.feed.enter()
    assert log.feed._task is task


async def test_a_rolled_back_change_is_not_there(log: Log) -> None:
    log.feed.enter()
    start = await log.feed.now()
    await beside(_write_and_roll_back, log)
    await log.write(1)
    ids = await beside(committed)
    assert len(ids) == 1
    assert await log.take(start, 1) == ids


async def test_a_lost_connection_is_resumed_without_a_gap(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.feed.enter()
    start = await log.feed.now()
    await log.write(2)
    taken = await log.take(start, 2)
    for _ in range(2):
        await cut(monkeypatch)
        await log.write(3)
        taken += await log.take(taken[-1], 3)
    assert taken == await beside(committed)


async def test_a_feed_ends_with_its_loop(log: Log) -> None:
    log.feed.enter()
    await log.feed.now()
    task = log.feed._task
    assert task is not None
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE)
    assert task.cancelled()


@pytest.mark.postgres
async def test_another_process_is_heard_at_once(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL", 3600)
    monkeypatch.setattr(feeds, "SOON", 3600)
    log.feed.enter()
    start = await log.feed.now()
    monkeypatch.setattr("backend.jobs.commits._listeners", set())  # as in another process
    await log.write(1)
    assert not await log.published(start, 0.1)
    await beside(_execute, "NOTIFY jobtrail_log")
    assert await log.take(start, 1) == await beside(committed)


@pytest.mark.postgres
async def test_a_notification_during_a_statement_is_heard(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "POLL", 3600)
    monkeypatch.setattr(feeds, "SOON", 3600)
    log.feed.enter()
    start = await log.feed.now()
    monkeypatch.setattr("backend.jobs.commits._listeners", set())
    looked = during(monkeypatch, lambda: beside(_write_and_notify, log))
    log.feed._woken.set()
    await looked.wait()
    assert await log.take(start, 1) == await beside(committed)


@pytest.mark.postgres
async def test_nothing_passes_a_position_that_is_not_settled(log: Log) -> None:
    log.feed.enter()
    start = await log.feed.now()
    commit, written = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        with transaction.atomic():
            create_job(name="held", actor_id=log.actor.pk)
            loop.call_soon_threadsafe(written.set)
            asyncio.run_coroutine_threadsafe(commit.wait(), loop).result(PATIENCE)

    holder = asyncio.create_task(beside(hold))
    await written.wait()
    await log.write(2)
    assert not await log.published(start, 0.3)
    commit.set()
    await holder
    ids = await log.take(start, 3)
    assert ids == await beside(committed)
    assert ids == sorted(ids)


async def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the feed's connection."""
    if connection.vendor == "postgresql":
        assert await beside(_execute, CUT, APPLICATION) == 1
        return
    failed = asyncio.Event()
    loop, highest = asyncio.get_running_loop(), tail_sqlite._highest

    def fail() -> int:
        monkeypatch.setattr(tail_sqlite, "_highest", highest)
        loop.call_soon_threadsafe(failed.set)
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(tail_sqlite, "_highest", fail)
    await failed.wait()


def during(monkeypatch: pytest.MonkeyPatch, action: Callable[[], Awaitable[None]]) -> asyncio.Event:
    """Have something happen after the log was looked at, while a statement is under way."""
    done = asyncio.Event()
    look = PostgreSQLTail.final_position

    async def final_position(self: Any) -> int | None:
        final = await look(self)
        if not done.is_set():
            await action()
            await self._link.execute("SELECT pg_sleep(0.05)")
            done.set()
        return final

    monkeypatch.setattr(PostgreSQLTail, "final_position", final_position)
    return done


CUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = %s
"""


def _execute(statement: str, *values: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _write_messages(log: Log, length: int, count: int) -> list[int]:
    """A job with so many entries, all but the first with a message of that length."""
    job = create_job(name="long", actor_id=log.actor.pk)
    for number in range(count - 1):
        previous, state = ("RUNNING", "FAILED") if number % 2 else ("FAILED", "RUNNING")
        JobStatus.objects.create(
            job_id=job.id,
            state=state,
            previous_state=previous,
            message="x" * length,
            created_at=job.created_at,
        )
    return committed()


def _write_and_roll_back(log: Log) -> None:
    with transaction.atomic():
        create_job(name="never", actor_id=log.actor.pk)
        transaction.set_rollback(True)


def _write_and_notify(log: Log) -> None:
    create_job(name="heard", actor_id=log.actor.pk)
    _execute("NOTIFY jobtrail_log")
