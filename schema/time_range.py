"""A span of time, as filters take it."""

from datetime import datetime

import strawberry

from backend.jobs import filters


@strawberry.input(description="Half-open: from <= t < to. A side left out is open.")
class TimeRange:
    """A span of time."""

    from_: datetime | None = strawberry.field(default=None, name="from")
    to: datetime | None = None

    def to_domain(self) -> filters.TimeRange:
        """The range as the selectors take it. Raises InvalidFilter where it is inverted."""
        return filters.TimeRange(start=self.from_, end=self.to)
