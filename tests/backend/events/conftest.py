"""The feed of the test's own event loop, and writers in threads beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

import pytest
from django.db import connection
from pytest_django import Settings

from backend.accounts.models import User
from backend.events.feed import Feed, feed
from backend.jobs.filters import StatusFilter
from backend.jobs.services import create_job
from schema import threads
from schema.follow import stretch

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE = 20  # seconds until a test gives up: far longer than anything takes


async def beside(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call what writes, in a thread with a connection of its own."""

    def call() -> T:
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(call)


async def published(feed: Feed, after: int, seconds: float = PATIENCE) -> bool:
    """Wait for something behind a position of a feed; False where nothing came in that time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while feed.position is None or feed.position <= after:
                await feed.heard()
            return True
    return False


class Log:
    """The log as a follower and a writer of the test see it."""

    def __init__(self, feed: Feed, actor: User) -> None:
        self.feed = feed
        self.actor = actor

    async def write(self, count: int) -> None:
        """Commit that many changes, one by one."""
        await beside(self._write, count)

    async def take(self, after: int, count: int) -> list[int]:
        """The ids of that many changes behind a position, as a follower finds them."""
        ids: list[int] = []
        position = after
        while len(ids) < count:
            assert await self.published(position), f"only {ids} came"
            assert self.feed.position is not None
            found = await stretch(StatusFilter(), position, self.feed.position)
            assert found.end > position
            ids += [row.id for row in found.rows]
            position = found.end
        return ids

    async def published(self, after: int, seconds: float = PATIENCE) -> bool:
        """Wait for something behind a position; False where nothing came in that time."""
        return await published(self.feed, after, seconds)

    def _write(self, count: int) -> None:
        for number in range(count):
            create_job(name=f"job {number}", actor_id=self.actor.pk)


@pytest.fixture
def actor(transactional_db: None) -> User:
    """Whoever changes jobs; the connection is not left to the test's thread."""
    user = User.objects.create_user("actor", password="actor")
    connection.close()
    return user


@pytest.fixture
async def log(actor: User, settings: Settings) -> AsyncIterator[Log]:
    """The log, followed by nobody yet."""
    settings.DATABASE_THREADS = 1
    log = Log(feed(), actor)
    yield log
    task = log.feed._task
    if task is not None:
        task.cancel()
        await asyncio.wait([task])
    threads.database.close()
