"""What can be read."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import strawberry

from backend.accounts.records import ApiTokenRecord, UserRecord
from backend.accounts.selectors import api_tokens_of, users_starting_with
from backend.jobs import counts, keyset, lifecycle, orders
from backend.jobs.filters import InvalidFilter
from backend.jobs.filters import JobFilter as AnyJob
from backend.jobs.filters import StatusFilter as AnyStatus
from backend.jobs.filters import TimeRange as AnyTime
from backend.jobs.records import JobRecord
from backend.jobs.selectors.activity import activity
from backend.jobs.selectors.jobs import jobs_page
from backend.jobs.selectors.statuses import log_page
from schema import global_id, lookahead
from schema.access import VIEW, SignedIn
from schema.activity import JobActivityBucket
from schema.api_token import ApiToken
from schema.connection import Connection
from schema.context import Info
from schema.database import ask
from schema.job import Job, JobConnection, JobFilter, JobOrder
from schema.job_state import JobStateCount, JobStateInfo
from schema.job_status import JobStatusConnection, JobStatusFilter
from schema.node import Node
from schema.rate_limit import RateLimit
from schema.time_range import TimeRange
from schema.user import User

MOST_NODES = 100


@strawberry.type(description="What can be read.")
class Query:
    """The root of all reads."""

    @strawberry.field(graphql_type=Node | None, extensions=[SignedIn(VIEW)])
    async def node(self, info: Info, id: strawberry.ID) -> Any:  # noqa: A002
        """Anything by its global id; null where there is no such thing."""
        return await _load_node(info, id)

    @strawberry.field(graphql_type=list[Node | None], extensions=[SignedIn(VIEW)])
    async def nodes(self, info: Info, ids: list[strawberry.ID]) -> list[Awaitable[Any]]:
        """Several things by their global ids, in that order, null for what is not there.

        At most 100.
        """
        if len(ids) > MOST_NODES:
            msg = f"Ask for at most {MOST_NODES} nodes at once."
            raise InvalidFilter(msg)
        return [_load_node(info, each) for each in ids]

    @strawberry.field(graphql_type=Job | None, extensions=[SignedIn(VIEW)])
    async def job(self, info: Info, id: strawberry.ID) -> JobRecord | None:  # noqa: A002
        """A job by its global id; null where there is none."""
        job_id = global_id.decode_as(global_id.Kind.JOB, id)
        if sizes := lookahead.heads(info):
            return await info.context.loaders.job_with_heads(job_id, sizes)
        return await info.context.loaders.job.load(job_id)

    @strawberry.field(graphql_type=JobConnection, extensions=[SignedIn(VIEW)])
    async def jobs(  # noqa: PLR0917 (as GraphQL arguments they all have names)
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: JobFilter | None = None,  # noqa: A002
        order_by: JobOrder | None = JobOrder.CREATED_DESC,
    ) -> Connection:
        """Jobs, a page at a time, at the same cost at any depth.

        `first` and `last` take 1 to 100; 25 where neither is given; both are an error.
        """
        ordering = (order_by or JobOrder.CREATED_DESC).to_domain()
        page = keyset.page(ordering, first=first, after=after, last=last, before=before)
        where = AnyJob() if filter is None else filter.to_domain()
        found = await ask(jobs_page, where, ordering, page)
        return Connection(found, ordering, partial(_count_jobs, info, where))

    @strawberry.field(graphql_type=JobStatusConnection, extensions=[SignedIn(VIEW)])
    async def job_statuses(
        self,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        filter: JobStatusFilter | None = None,  # noqa: A002
    ) -> Connection:
        """The log of all status changes, oldest first, in commit order.

        What a consumer syncs from: keep the last `endCursor` and ask for what comes after it, for
        as long as you like. Nothing is ever inserted before a row that was shown.
        """
        page = keyset.page(orders.LOG, first=first, after=after, last=last, before=before)
        where = AnyStatus() if filter is None else filter.to_domain()
        found = await ask(log_page, where, page)
        return Connection(found, orders.LOG, lambda: ask(counts.count_log, where))

    @strawberry.field(extensions=[SignedIn(VIEW)])
    async def job_counts(self, info: Info) -> list[JobStateCount]:
        """How many jobs are in each state. Exact, at any size, without counting rows."""
        totals = await info.context.loaders.totals()
        return [JobStateCount(state=state, count=count) for state, count in totals.jobs.items()]

    @strawberry.field(extensions=[SignedIn(VIEW)])
    async def job_activity(
        self,
        range: TimeRange | None = None,  # noqa: A002
        buckets: int = 56,
    ) -> list[JobActivityBucket]:
        """Changes that entered each state over time, oldest bucket first: what charts draw.

        Buckets are of equal length, cut at whole hours (UTC): at most `buckets` (1 to 200) of
        them, fewer where the range is short. Default range: the last seven days.
        """
        span = AnyTime() if range is None else range.to_domain()
        found = await ask(activity, span, buckets, datetime.now(UTC))
        return [JobActivityBucket.of(bucket) for bucket in found]

    @strawberry.field
    def lifecycle(self) -> list[JobStateInfo]:
        """The states and the legal moves between them. Open to everybody."""
        return [JobStateInfo.of(state) for state in lifecycle.JobState]

    @strawberry.field(graphql_type=User | None, extensions=[SignedIn()])
    def viewer(self, info: Info) -> UserRecord:
        """The account that asks."""
        principal = info.context.signed_in
        return UserRecord(principal.user_id, principal.username)

    @strawberry.field(extensions=[SignedIn()])
    def rate_limit(
        self,
        info: Info,
        dry_run: bool = False,  # noqa: ARG002, FBT001, FBT002 (the engine sees to it)
    ) -> RateLimit:
        """What this operation costs, and what the caller has left.

        With `dryRun` nothing else of the operation is executed or answered, whatever it would
        cost, and one point is charged.
        """
        return RateLimit.of(info.context.charge)

    @strawberry.field(graphql_type=list[User], extensions=[SignedIn(VIEW)])
    async def users(
        self, username_starts_with: str | None = None, first: int = 20
    ) -> list[UserRecord]:
        """Accounts by the beginning of their username, in its order; for pickers.

        `first` takes 1 to 100.
        """
        _require_page_size(first)
        return await ask(users_starting_with, username_starts_with or "", first)

    @strawberry.field(graphql_type=list[ApiToken], extensions=[SignedIn(by_session=True)])
    async def api_tokens(self, info: Info, first: int = 50) -> list[ApiTokenRecord]:
        """Your own API tokens: those that serve first, and among them the newest first.

        `first` takes 1 to 100; no more than 50 serve. An API token can not ask for them.
        """
        _require_page_size(first)
        return await ask(api_tokens_of, info.context.signed_in.user_id, first)


def _require_page_size(first: int) -> None:
    if not 1 <= first <= keyset.LARGEST_PAGE:
        msg = f"first must be between 1 and {keyset.LARGEST_PAGE}."
        raise keyset.InvalidPage(msg)


async def _count_jobs(info: Info, where: AnyJob) -> counts.Count:
    if where.only_states:
        return counts.total(await info.context.loaders.totals(), where)
    return await ask(counts.count_jobs, where)


async def _load_node(info: Info, text: str) -> Any:
    kind, key = global_id.decode(text)
    loaders = info.context.loaders
    loader: Any = {
        global_id.Kind.JOB: loaders.job,
        global_id.Kind.JOB_STATUS: loaders.status,
        global_id.Kind.USER: loaders.user,
        global_id.Kind.API_TOKEN: loaders.api_token,
    }[kind]
    found = await loader.load(key)
    if isinstance(found, ApiTokenRecord) and not _may_see(info, found):
        return None
    return found


def _may_see(info: Info, token: ApiTokenRecord) -> bool:
    """Whether it is an API token of whoever asks, who does not ask by one."""
    who = info.context.signed_in
    return token.user_id == who.user_id and who.api_token_id is None
