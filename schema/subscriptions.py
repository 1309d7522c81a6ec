"""What can be followed."""

from collections.abc import AsyncIterator
from typing import Any

import strawberry

from backend.jobs import orders
from backend.jobs.filters import StatusFilter
from schema.access import VIEW, SignedIn
from schema.connection import Edge
from schema.follow import Following
from schema.job_status import JobStatusEdge, JobStatusFilter


@strawberry.type(description="What can be followed.")
class Subscription:
    """The root of all streams."""

    @strawberry.subscription(graphql_type=JobStatusEdge, extensions=[SignedIn(VIEW)])
    async def job_statuses(
        self,
        after: str | None = None,
        filter: JobStatusFilter | None = None,  # noqa: A002
    ) -> AsyncIterator[Any]:
        """Every status change from now on, or from after the cursor.

        First what was missed, then live, with no gap and no duplicate, in commit order. A creation
        is the change to PENDING. Cursors are those of `Query.jobStatuses`: catch up there, go on
        here. Over Server-Sent Events each event's id is its cursor, and a client that comes back
        with `Last-Event-ID` resumes after it.
        """
        where = StatusFilter() if filter is None else filter.to_domain()
        position = None if after is None else orders.LOG.key(after)[0]
        return Following(where, position)


def edge(row: Any) -> Edge:
    """A log row as an event of the subscription."""
    return Edge(orders.LOG.cursor((row.id,)), row)
