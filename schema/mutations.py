"""What can be changed."""

from typing import Annotated

import strawberry

from backend.jobs import services
from backend.jobs.errors import InvalidInput as InvalidInputError
from schema import global_id
from schema.access import CHANGE, CREATE, SignedIn
from schema.account import AccountMutation
from schema.api_token_mutation import ApiTokenMutation
from schema.context import Info
from schema.database import ask
from schema.errors import (
    IdempotencyConflict,
    IllegalTransition,
    InvalidInput,
    JobNotFound,
    VersionConflict,
)
from schema.job import Job
from schema.job_state import JobState
from schema.job_status import JobStatus


@strawberry.input(description="The job to create.")
class CreateJobInput:
    """A job to be."""

    name: str = strawberry.field(
        description="1 to 200 characters once trimmed, no control characters; never changes."
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "Repeat the call with the same key and input: the same job comes back, and nothing is "
            "written. Any text of 1 to 200 characters; a UUID is fine."
        ),
    )


@strawberry.type(description="The job, new or found by its idempotency key.")
class CreateJobSuccess:
    """The job."""

    job: Job


CreateJobResult = Annotated[
    CreateJobSuccess | InvalidInput | IdempotencyConflict, strawberry.union("CreateJobResult")
]


@strawberry.input(description="The change to make.")
class SetJobStatusInput:
    """A change of state."""

    job_id: strawberry.ID
    state: JobState = strawberry.field(description="One of the job's `allowedTransitions`.")
    message: str | None = strawberry.field(
        default=None,
        description="Why: an error, an exit code, a reason. At most 10,000 characters.",
    )
    expected_version: int | None = strawberry.field(
        default=None,
        description="Change the job only if this is still its `version`.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None,
        description=(
            "Repeat the call with the same key, state and message: nothing is written again. "
            "Unique for each job and account."
        ),
    )


@strawberry.type(
    description=(
        "`changed` is false where the job was in that state already, or the key was seen before: "
        "nothing is written then, and `status` is the entry that stands."
    )
)
class SetJobStatusSuccess:
    """The job and the entry that stands."""

    job: Job
    status: JobStatus
    changed: bool


SetJobStatusResult = Annotated[
    SetJobStatusSuccess
    | InvalidInput
    | JobNotFound
    | IllegalTransition
    | VersionConflict
    | IdempotencyConflict,
    strawberry.union("SetJobStatusResult"),
]


@strawberry.type(description="What can be changed.")
class Mutation(AccountMutation, ApiTokenMutation):
    """The root of all writes."""

    @strawberry.mutation(extensions=[SignedIn(CREATE)])
    async def create_job(self, info: Info, input: CreateJobInput) -> CreateJobResult:  # noqa: A002
        """Create a job in PENDING."""
        info.context.forget_what_was_read()
        job = await ask(
            services.create_job,
            name=input.name,
            actor_id=info.context.signed_in.user_id,
            idempotency_key=input.idempotency_key,
            api_token_id=info.context.signed_in.api_token_id,
        )
        return CreateJobSuccess(job=job)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[SignedIn(CHANGE)])
    async def set_job_status(
        self,
        info: Info,
        input: SetJobStatusInput,  # noqa: A002
    ) -> SetJobStatusResult:
        """Move a job to another state, along the lifecycle."""
        info.context.forget_what_was_read()
        try:
            job_id = global_id.decode_as(global_id.Kind.JOB, input.job_id)
        except global_id.InvalidId as error:
            raise InvalidInputError("jobId", str(error)) from error
        change = await ask(
            services.set_job_status,
            job_id=job_id,
            state=input.state,
            actor_id=info.context.signed_in.user_id,
            message=input.message,
            expected_version=input.expected_version,
            idempotency_key=input.idempotency_key,
            api_token_id=info.context.signed_in.api_token_id,
        )
        return SetJobStatusSuccess(
            job=change.job,  # type: ignore[arg-type]
            status=change.status,  # type: ignore[arg-type]
            changed=change.changed,
        )
