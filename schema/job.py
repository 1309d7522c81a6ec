"""A job, and lists of jobs."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

import strawberry

from backend.accounts.records import UserRecord
from backend.jobs import keyset, lifecycle, orders
from backend.jobs.counts import Count as DomainCount
from backend.jobs.filters import JobFilter as DomainJobFilter
from backend.jobs.records import JobRecord, StatusRecord
from schema import global_id
from schema.connection import Connection, Count, PageInfo, total_count
from schema.context import Context, Info
from schema.job_state import JobState
from schema.job_status import JobStatus, JobStatusConnection
from schema.loaders import creators
from schema.node import Node
from schema.plan import Column, Columns, Ragged, batched
from schema.time_range import TimeRange
from schema.user import User

NEWEST: Final = keyset.Page(size=1)


async def _newest_statuses(jobs: Sequence[JobRecord], context: Context) -> list[StatusRecord]:
    keys = _keys(jobs)
    found = await context.loaders.histories.load((keys, NEWEST))
    return [found[key].rows[0] for key in keys]


async def _histories(
    jobs: Sequence[JobRecord], context: Context, **arguments: Any
) -> Sequence[Connection]:
    load = context.loaders.histories.load
    if arguments.get("after") is None and arguments.get("before") is None:
        page = keyset.page(orders.HISTORY, **arguments)
        found = await load((_keys(jobs), page))
    else:  # each cursor is one of a single job
        pages = [keyset.page(orders.HISTORY, scope=job.key, **arguments) for job in jobs]
        each = [load(((job.key,), page)) for job, page in zip(jobs, pages, strict=True)]
        found = {key: page for one in await asyncio.gather(*each) for key, page in one.items()}
    return Histories(jobs, found)


def _keys(jobs: Sequence[JobRecord]) -> tuple[bytes, ...]:
    return tuple([job.key for job in jobs])


class Histories(Columns):
    """The same page of the history of each job, made connections only for who wants more of them."""

    def __init__(
        self, jobs: Sequence[JobRecord], pages: Mapping[bytes, keyset.Slice[StatusRecord]]
    ) -> None:
        super().__init__(job=jobs)
        self._pages = pages

    def __getitem__(self, index: Any) -> Any:
        """One of them, as a connection."""
        job = self.columns["job"][index]
        return _history(job, self._pages[job.key])

    def column(self, name: str) -> Column:
        """An attribute of all of these connections."""
        if name == "nodes" and (items := self._items()) is not None:
            return items
        return [getattr(each, name) for each in self]

    def _items(self) -> Ragged | None:
        """The entries of all pages, where they were read for just these jobs in this order."""
        pages = self._pages
        if isinstance(pages, keyset.Slices) and pages.lists == list(_keys(self.columns["job"])):
            return Ragged(pages.rows, pages.sizes)
        return None


def _history(job: JobRecord, entries: keyset.Slice[StatusRecord]) -> Connection:
    async def count() -> DomainCount:
        return DomainCount(job.version)

    return Connection(entries, orders.HISTORY, count, scope=job.key)


@strawberry.type(
    description="A computational job. Its name never changes; its state does, and leaves a trail."
)
class Job(Node):
    """A job; read from JobRecord."""

    name: str = strawberry.field(
        description="1 to 200 characters, trimmed, no control characters; never changes."
    )
    state: JobState = strawberry.field(description="Where the job stands now.")
    state_changed_at: datetime = strawberry.field(description="When it entered that state.")
    version: int = strawberry.field(
        description=(
            "Number of history entries so far, 1 after creation. Pass it as `expectedVersion` to "
            "change the job only if nobody else did."
        )
    )

    @strawberry.field
    def allowed_transitions(root: strawberry.Parent[JobRecord]) -> list[JobState]:
        """The states that `setJobStatus` accepts now; none for a COMPLETED job."""
        return list(lifecycle.allowed_transitions(root.state))

    created_at: datetime = strawberry.field(description="When the job was submitted.")
    started_at: datetime | None = strawberry.field(
        description="When it last entered RUNNING; null before, and again after a retry."
    )
    finished_at: datetime | None = strawberry.field(
        description="When it entered the state that ended it; null before, and after a retry."
    )

    @strawberry.field(graphql_type=User | None)
    @batched(creators)
    async def created_by(root: strawberry.Parent[JobRecord], info: Info) -> UserRecord | None:
        """Who created it; null for jobs imported without an account."""
        return await info.context.loaders.user_or_none(root.created_by_id)

    @strawberry.field(graphql_type=JobStatus)
    @batched(_newest_statuses)
    async def status(root: strawberry.Parent[JobRecord], info: Info) -> StatusRecord:
        """The newest entry of the history."""
        found = await info.context.loaders.histories.load(((root.key,), NEWEST))
        return found[root.key].rows[0]

    @strawberry.field(graphql_type=JobStatusConnection)
    @batched(_histories)
    async def statuses(
        root: strawberry.Parent[JobRecord],
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection:
        """The history, newest first. The histories of a page of jobs cost one statement."""
        page = keyset.page(
            orders.HISTORY, first=first, after=after, last=last, before=before, scope=root.key
        )
        found = await info.context.loaders.histories.load(((root.key,), page))
        return _history(root, found[root.key])

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Rows of jobs are jobs."""
        return isinstance(value, JobRecord)


@strawberry.type(description="A job and its place in the list.")
class JobEdge:
    """A job with its cursor."""

    cursor: str
    node: Job


@strawberry.type(description="A page of jobs.")
class JobConnection:
    """A page of jobs; read from schema.connection.Connection."""

    edges: list[JobEdge]
    nodes: list[Job]
    page_info: PageInfo
    total_count: Count = strawberry.field(
        resolver=total_count, description="Size of the whole list. Computed only where selected."
    )


@strawberry.enum(
    description=(
        "Orders of jobs, each served by an index at any depth. Cursors belong to one order. While "
        "you page by the time of the last change, a job that changes moves, so you may meet it "
        "twice or miss it; the order of creation never moves."
    )
)
class JobOrder(Enum):
    """Orders of jobs."""

    CREATED_DESC = strawberry.enum_value("CREATED_DESC", description="Newest first.")
    CREATED_ASC = strawberry.enum_value("CREATED_ASC", description="Oldest first.")
    STATE_CHANGED_DESC = strawberry.enum_value(
        "STATE_CHANGED_DESC", description="Latest change first."
    )
    STATE_CHANGED_ASC = strawberry.enum_value(
        "STATE_CHANGED_ASC", description="Longest unchanged first."
    )

    def to_domain(self) -> keyset.Ordering:
        """The ordering as the selectors take it."""
        return {
            JobOrder.CREATED_DESC: orders.CREATED_DESC,
            JobOrder.CREATED_ASC: orders.CREATED_ASC,
            JobOrder.STATE_CHANGED_DESC: orders.STATE_CHANGED_DESC,
            JobOrder.STATE_CHANGED_ASC: orders.STATE_CHANGED_ASC,
        }[self]


@strawberry.input(description="Which jobs: all conditions must hold.")
class JobFilter:
    """Which jobs."""

    states: list[JobState] | None = strawberry.field(
        default=None, description="Jobs in one of these states. An empty list admits nothing."
    )
    name_starts_with: str | None = strawberry.field(default=None, description="Case-insensitive.")
    name_contains: str | None = strawberry.field(default=None, description="Case-insensitive.")
    created_at: TimeRange | None = None
    state_changed_at: TimeRange | None = None
    created_by: strawberry.ID | None = strawberry.field(
        default=None, description="Jobs that this user created."
    )

    def to_domain(self) -> DomainJobFilter:
        """The filter as the selectors take it. Raises InvalidFilter and InvalidId."""
        return DomainJobFilter(
            states=self.states,
            name_starts_with=self.name_starts_with,
            name_contains=self.name_contains,
            created_at=None if self.created_at is None else self.created_at.to_domain(),
            state_changed_at=None
            if self.state_changed_at is None
            else self.state_changed_at.to_domain(),
            created_by_id=None
            if self.created_by is None
            else global_id.decode_as(global_id.Kind.USER, self.created_by),
        )
