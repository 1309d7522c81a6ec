"""Batches: what the rows of a page point to, loaded by one statement for all of them."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from backend.accounts.records import ApiTokenRecord, ApiTokenReference, UserRecord
from backend.accounts.selectors import api_token_names, api_tokens_by_id, users_by_id
from backend.jobs import counts
from backend.jobs.counts import Totals
from backend.jobs.keyset import Page, Slice
from backend.jobs.records import JobRecord, StatusRecord
from backend.jobs.selectors.jobs import jobs_by_id
from backend.jobs.selectors.statuses import histories, job_with_history, statuses_by_id
from schema.database import ask

K = TypeVar("K")
V = TypeVar("V")
Histories = tuple[tuple[bytes, ...], Page]  # the same page of the history of each job


class Loader(DataLoader[K, V]):
    """A loader whose values outlive those who wait for them.

    A field that fails cancels its siblings, and what they wait for: other fields may want it yet.
    """

    def load(self, key: K) -> Awaitable[V]:
        """The value of a key, read together with those of all keys asked for in this turn."""
        return asyncio.shield(super().load(key))


class Loaders:
    """The loaders of one request, made as they are needed; they forget nothing and are never shared."""

    def __init__(self) -> None:
        self._totals: asyncio.Future[Totals] | None = None

    @cached_property
    def job(self) -> Loader[UUID, JobRecord | None]:
        """Jobs by id."""
        return _by_key(jobs_by_id)

    @cached_property
    def status(self) -> Loader[int, StatusRecord | None]:
        """Entries by log position."""
        return _by_key(statuses_by_id)

    @cached_property
    def user(self) -> Loader[int, UserRecord | None]:
        """Accounts by id."""
        return _by_key(users_by_id)

    @cached_property
    def api_token(self) -> Loader[int, ApiTokenRecord | None]:
        """API tokens by id, as their owners see them."""
        return _by_key(api_tokens_by_id)

    @cached_property
    def api_token_name(self) -> Loader[int, ApiTokenReference | None]:
        """API tokens by id, as others see them."""
        return _by_key(api_token_names)

    @cached_property
    def histories(self) -> Loader[Histories, Mapping[bytes, Slice[StatusRecord]]]:
        """The same page of the histories of some jobs."""
        return Loader(load_fn=_load_histories)

    async def job_with_heads(self, job_id: UUID, sizes: AbstractSet[int]) -> JobRecord | None:
        """A job, with the heads of its history at hand for those who ask for them next."""
        found = await ask(job_with_history, job_id, max(sizes))
        if found is None:
            return None
        job, entries = found
        for size in sizes:
            self.histories.prime(((job.key,), Page(size)), {job.key: _head(entries, size)})
        return job

    async def totals(self) -> Totals:
        """The maintained counts: read once, so that all fields tell of the same moment."""
        if self._totals is None:
            self._totals = asyncio.ensure_future(ask(counts.totals))
        return await asyncio.shield(self._totals)

    async def user_or_none(self, user_id: int | None) -> UserRecord | None:
        """The account with that id, if there is an id."""
        return None if user_id is None else await self.user.load(user_id)

    async def api_token_name_or_none(self, token_id: int | None) -> ApiTokenReference | None:
        """The API token with that id, as others may see it, if there is an id."""
        return None if token_id is None else await self.api_token_name.load(token_id)


def _by_key(select: Callable[[Any], dict[Any, Any]]) -> Loader[Any, Any]:
    async def load(keys: Sequence[Any]) -> list[Any]:
        found = await ask(select, keys)
        return [found.get(key) for key in keys]

    return Loader(load_fn=load)


async def _load_histories(
    keys: list[Histories],
) -> Sequence[Mapping[bytes, Slice[StatusRecord]]]:
    """One statement for all jobs asked for the same page.

    Heads of histories of several lengths (the newest entry, the first ten) are one page too: the
    longest, cut to size for each.
    """
    if len(keys) == 1:
        return [await ask(histories, *keys[0])]
    head = Page(size=max((page.size for _, page in keys if _is_head(page)), default=0))
    wanted: dict[Page, set[bytes]] = defaultdict(set)
    for job_keys, page in keys:
        wanted[head if _is_head(page) else page].update(job_keys)
    found = {page: await ask(histories, list(ids), page) for page, ids in wanted.items()}
    return [
        {key: _head(found[head][key], page.size) for key in job_keys}
        if _is_head(page)
        else found[page]
        for job_keys, page in keys
    ]


def _is_head(page: Page) -> bool:
    return page.after is None and page.before is None and not page.backward


def _head(entries: Slice[StatusRecord], size: int) -> Slice[StatusRecord]:
    if len(entries.rows) <= size:
        return entries
    return entries._replace(rows=entries.rows[:size], has_next=True)


# What the rows of a page point to, for all of them at once: what plans ask (schema.plan.batched).


async def users_named(rows: Sequence[Any], column: str) -> list[UserRecord | None]:
    """The accounts that a column of the rows names."""
    ids = {user_id for row in rows if (user_id := getattr(row, column)) is not None}
    found = await ask(users_by_id, ids) if ids else {}
    return [found.get(getattr(row, column)) for row in rows]


async def creators(jobs: Sequence[JobRecord], _context: Any) -> list[UserRecord | None]:
    """Who created each job."""
    return await users_named(jobs, "created_by_id")


async def setters(entries: Sequence[StatusRecord], _context: Any) -> list[UserRecord | None]:
    """Who set each entry."""
    return await users_named(entries, "set_by_id")


async def setting_tokens(
    entries: Sequence[StatusRecord], _context: Any
) -> list[ApiTokenReference | None]:
    """By which API token each entry was set."""
    ids = {entry.set_by_token_id for entry in entries if entry.set_by_token_id is not None}
    found = await ask(api_token_names, ids) if ids else {}
    return [
        None if entry.set_by_token_id is None else found.get(entry.set_by_token_id)
        for entry in entries
    ]


async def jobs_of(entries: Sequence[StatusRecord], _context: Any) -> list[JobRecord | None]:
    """The job of each entry."""
    found = await ask(jobs_by_id, {entry.job_id for entry in entries})
    return [found.get(entry.job_id) for entry in entries]
