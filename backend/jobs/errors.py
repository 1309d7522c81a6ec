"""What a caller of the services can cause and mend. Each names the facts that help mend it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.jobs.lifecycle import JobState
    from backend.jobs.records import JobRecord


class JobError(Exception):
    """Base of every error that the services raise. Nothing was written when one is raised.

    str(error) is a sentence for a person.
    """


class InvalidInput(JobError):
    """A value that can not be accepted. `field` is the argument's name in the public API."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class JobNotFound(JobError):
    """No job has that id."""

    def __init__(self) -> None:
        super().__init__("There is no job with this id.")


class IllegalTransition(JobError):
    """The lifecycle has no such move. `job` is the job as it stands."""

    def __init__(self, job: "JobRecord", target: "JobState") -> None:
        super().__init__(f"A job that is {job.state} can not become {target}.")
        self.job = job


class VersionConflict(JobError):
    """Somebody else changed the job first. `job` is the job as it stands."""

    def __init__(self, job: "JobRecord", expected: int) -> None:
        super().__init__(
            f"The job is at version {job.version} ({job.state}), not {expected}: "
            "it was changed in the meantime."
        )
        self.job = job


class IdempotencyConflict(JobError):
    """The idempotency key was used before, for something else."""

    def __init__(self) -> None:
        super().__init__("This idempotency key was used before with a different input.")
