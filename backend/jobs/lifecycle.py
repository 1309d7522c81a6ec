"""The states of a job and the legal moves between them. The only place where they are written down."""

from enum import StrEnum, unique
from types import MappingProxyType


@unique
class JobState(StrEnum):
    """Where a job stands."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


INITIAL = JobState.PENDING

TRANSITIONS = MappingProxyType(
    {
        JobState.PENDING: (JobState.RUNNING, JobState.CANCELLED, JobState.FAILED),
        JobState.RUNNING: (JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED),
        JobState.COMPLETED: (),
        JobState.FAILED: (JobState.PENDING,),
        JobState.CANCELLED: (JobState.PENDING,),
    }
)
FINISHED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})


def allowed_transitions(state: JobState) -> tuple[JobState, ...]:
    """The states a job in `state` may move to, in the order a person would want them offered."""
    return TRANSITIONS[state]


def may_move(current: JobState, target: JobState) -> bool:
    """Whether `current` -> `target` is a legal move. Staying put is not a move."""
    return target in TRANSITIONS[current]


def is_finished(state: JobState) -> bool:
    """Whether a job in `state` has ended. FAILED and CANCELLED may still be retried."""
    return state in FINISHED
