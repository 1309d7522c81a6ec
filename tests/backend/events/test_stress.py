"""Nothing is lost, doubled or out of order where many write at once, in the ways that they can."""

import asyncio
import random
import time

import pytest
from django.db import connection, transaction

from backend.events.feed import Feed
from backend.events.tail_postgresql import PostgreSQLTail
from backend.jobs.models import JobStatus
from backend.jobs.services import create_job
from tests.backend.events.conftest import Log, beside, published

WRITERS = 16
TRANSACTIONS = 20  # of each writer
HELD = 1.5  # seconds that one transaction stays open after it took its position


@pytest.mark.postgres
async def test_every_follower_gets_exactly_what_was_committed_in_order(log: Log) -> None:
    other_process = Feed(PostgreSQLTail.open)
    feeds = [log.feed, other_process]
    for feed in feeds:
        feed.enter()
    starts = [await feed.now() for feed in feeds]
    done = asyncio.Event()
    followers = [
        asyncio.create_task(_ids(feed, start, done))
        for feed, start in zip(feeds, starts, strict=True)
        for _ in range(3)
    ]
    writers = [beside(_hold, log.actor.pk)]
    writers += [beside(_write, log.actor.pk, seed) for seed in range(WRITERS)]
    await asyncio.gather(*writers)
    committed = await beside(_committed)
    for feed in feeds:
        assert await published(feed, committed[-1] - 1)
    done.set()
    taken = await asyncio.gather(*followers)
    assert len(committed) > WRITERS * TRANSACTIONS / 2
    assert taken == [committed] * len(followers)
    if (task := other_process._task) is not None:
        task.cancel()
        await asyncio.wait([task])


async def _ids(feed: Feed, position: int, done: asyncio.Event) -> list[int]:
    """What a follower takes, a little late each time, until everybody is done."""
    ids: list[int] = []
    pause = random.Random(position)  # noqa: S311 (only to be different each time)
    while True:
        finished = done.is_set()
        while rows := feed.rows(position, most=50, characters=10_000):
            ids += [row.id for row in rows]
            position = rows[-1].id
        if finished:
            return ids
        await published(feed, position, 0.1)
        await asyncio.sleep(pause.random() * 0.02)


def _write(actor_id: int, seed: int) -> None:
    """Transactions of one to three changes, some after a savepoint, some rolled back."""
    chance = random.Random(seed)  # noqa: S311 (the same every time)
    for number in range(TRANSACTIONS):
        with transaction.atomic():
            for each in range(chance.randint(1, 3)):
                with transaction.atomic():
                    create_job(name=f"{seed} {number} {each}", actor_id=actor_id)
                    transaction.set_rollback(chance.random() < 0.2)
            time.sleep(chance.random() * 0.02)  # as long as a transaction happens to take
            transaction.set_rollback(chance.random() < 0.2)
        connection.close()  # others wait for one


def _hold(actor_id: int) -> None:
    with transaction.atomic():
        create_job(name="held", actor_id=actor_id)
        time.sleep(HELD)  # what is tested: that all the others wait for this


def _committed() -> list[int]:
    return list(JobStatus.objects.order_by("id").values_list("id", flat=True))
