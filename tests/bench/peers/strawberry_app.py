"""Jobs by Strawberry-Django as its documentation shows it, with both kinds of connection."""

from uuid import UUID

import strawberry
import strawberry_django
from django.db.models import Count
from django.urls import path
from strawberry import auto, relay
from strawberry.django.views import AsyncGraphQLView
from strawberry_django.optimizer import DjangoOptimizerExtension
from strawberry_django.relay import DjangoCursorConnection, DjangoListConnection

from backend.jobs.models import Job, JobStatus
from tests.bench.peers import orm_writes


@strawberry_django.filter_type(Job, lookups=True)
class JobFilter:
    name: auto
    state: auto
    created_at: auto


@strawberry_django.order_type(Job)
class JobOrder:
    id: auto


@strawberry_django.order_type(JobStatus)
class JobStatusOrder:
    id: auto


@strawberry_django.type(JobStatus, ordering=JobStatusOrder)
class JobStatusType(relay.Node):
    state: auto
    previous_state: auto
    message: auto
    created_at: auto
    job: "JobType"


@strawberry_django.type(Job, filters=JobFilter, ordering=JobOrder)
class JobType(relay.Node):
    name: auto
    state: auto
    state_changed_at: auto
    version: auto
    created_at: auto
    started_at: auto
    finished_at: auto
    statuses: DjangoListConnection[JobStatusType] = strawberry_django.connection()


@strawberry.type
class StateCount:
    state: str
    count: int


@strawberry.type
class Query:
    job: JobType = strawberry_django.node()
    jobs: DjangoListConnection[JobType] = strawberry_django.connection()
    jobs_by_cursor: DjangoCursorConnection[JobType] = strawberry_django.connection()

    @strawberry_django.field
    def job_counts(self) -> list[StateCount]:
        found = Job.objects.values("state").annotate(count=Count("id")).order_by()
        return [StateCount(**row) for row in found]


@strawberry.type
class Mutation:
    @strawberry_django.mutation
    def set_job_status(
        self, job_id: relay.GlobalID, state: str, message: str | None
    ) -> JobStatusType:
        return orm_writes.set_job_status(UUID(job_id.node_id), state, message)  # type: ignore[return-value]

    @strawberry_django.mutation
    def create_job(self, name: str) -> JobType:
        return orm_writes.create_job(name)  # type: ignore[return-value]


schema = strawberry.Schema(query=Query, mutation=Mutation, extensions=[DjangoOptimizerExtension])
urlpatterns = [path("graphql", AsyncGraphQLView.as_view(schema=schema))]
