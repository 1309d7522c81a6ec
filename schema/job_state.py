"""The states of a job and the moves between them, as the schema shows them."""

import strawberry

from backend.jobs import lifecycle
from backend.jobs.lifecycle import JobState

__all__ = ["JobState", "JobStateCount", "JobStateInfo"]

strawberry.enum(JobState, description="Where a job stands.")
DESCRIPTIONS = {
    "PENDING": "Waiting to start.",
    "RUNNING": "At work.",
    "COMPLETED": "Finished for good: no move leads out.",
    "FAILED": "Finished; may go back to PENDING: a retry.",
    "CANCELLED": "Finished; may go back to PENDING: a retry.",
}
for value in JobState.__strawberry_definition__.values:  # type: ignore[attr-defined]
    value.description = DESCRIPTIONS[value.name]


@strawberry.type(description="A state, and the moves that lead out of it.")
class JobStateInfo:
    """A state and its moves."""

    state: JobState
    is_finished: bool = strawberry.field(
        description="Whether the job has ended: `finishedAt` is set in this state."
    )
    allowed_transitions: list[JobState] = strawberry.field(
        description="The states that `setJobStatus` accepts from here."
    )

    @classmethod
    def of(cls, state: JobState) -> "JobStateInfo":
        """What the lifecycle says of a state."""
        return cls(
            state=state,
            is_finished=lifecycle.is_finished(state),
            allowed_transitions=list(lifecycle.allowed_transitions(state)),
        )


@strawberry.type(description="How many jobs are in a state.")
class JobStateCount:
    """A state and a number."""

    state: JobState
    count: int
