"""An entry of a job's history, and lists of them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from backend.accounts import records
from backend.accounts.records import UserRecord
from backend.jobs.filters import StatusFilter
from backend.jobs.records import JobRecord, StatusRecord
from schema import global_id
from schema.api_token import ApiTokenReference
from schema.connection import Count, PageInfo, total_count
from schema.context import Info
from schema.job_state import JobState
from schema.loaders import jobs_of, setters, setting_tokens
from schema.node import Node
from schema.plan import batched
from schema.user import User

if TYPE_CHECKING:
    from schema.job import Job


@strawberry.type(
    description=(
        "One entry of a job's history, and of the log of all changes. Append-only: never changed, "
        "never deleted while its job lives."
    )
)
class JobStatus(Node):
    """An entry of a history; read from StatusRecord."""

    @strawberry.field(graphql_type=Annotated["Job", strawberry.lazy("schema.job")])
    @batched(jobs_of)
    async def job(root: strawberry.Parent[StatusRecord], info: Info) -> JobRecord | None:
        """The job whose history this belongs to."""
        return await info.context.loaders.job.load(root.job_id)

    state: JobState = strawberry.field(description="The state that the job entered.")
    previous_state: JobState | None = strawberry.field(
        description="The state that it left; null for the first entry."
    )
    message: str | None = strawberry.field(
        description="Why: an error, an exit code, a reason. At most 10,000 characters."
    )
    created_at: datetime = strawberry.field(description="When it entered the state.")

    @strawberry.field(graphql_type=User | None)
    @batched(setters)
    async def set_by(root: strawberry.Parent[StatusRecord], info: Info) -> UserRecord | None:
        """Who changed it; null for jobs imported without an account."""
        return await info.context.loaders.user_or_none(root.set_by_id)

    @strawberry.field(graphql_type=ApiTokenReference | None)
    @batched(setting_tokens)
    async def set_by_token(
        root: strawberry.Parent[StatusRecord], info: Info
    ) -> records.ApiTokenReference | None:
        """The API token by which `setBy` changed it: a program did; null where a session did."""
        return await info.context.loaders.api_token_name_or_none(root.set_by_token_id)

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Rows of histories are job statuses."""
        return isinstance(value, StatusRecord)


@strawberry.type(description="An entry and its place in the list.")
class JobStatusEdge:
    """An entry with its cursor."""

    cursor: str
    node: JobStatus


@strawberry.type(description="A page of history entries.")
class JobStatusConnection:
    """A page of entries; read from schema.connection.Connection."""

    edges: list[JobStatusEdge]
    nodes: list[JobStatus]
    page_info: PageInfo
    total_count: Count = strawberry.field(
        resolver=total_count, description="Size of the whole list. Computed only where selected."
    )


@strawberry.input(description="Which entries of the log: all conditions must hold.")
class JobStatusFilter:
    """Which entries of the log."""

    job_id: strawberry.ID | None = strawberry.field(
        default=None, description="Entries of this job only."
    )
    states: list[JobState] | None = strawberry.field(
        default=None,
        description="Entries that entered one of these states. An empty list admits nothing.",
    )

    def to_domain(self) -> StatusFilter:
        """The filter as the selectors take it. Raises InvalidId."""
        return StatusFilter(
            job_id=None
            if self.job_id is None
            else global_id.decode_as(global_id.Kind.JOB, self.job_id),
            states=self.states,
        )
