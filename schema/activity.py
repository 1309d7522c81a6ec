"""What happened over time."""

from datetime import datetime

import strawberry

from backend.jobs.selectors.activity import Bucket
from schema.job_state import JobStateCount


@strawberry.type(description="The changes within a span of time, by the state they entered.")
class JobActivityBucket:
    """Changes within a span of time."""

    from_: datetime = strawberry.field(name="from")
    to: datetime
    entered: list[JobStateCount] = strawberry.field(
        description="One entry for each state, in the order of JobState."
    )

    @classmethod
    def of(cls, bucket: Bucket) -> "JobActivityBucket":
        """The bucket as the schema shows it."""
        return cls(
            from_=bucket.start,
            to=bucket.end,
            entered=[
                JobStateCount(state=state, count=count) for state, count in bucket.entered.items()
            ],
        )
