"""When a team submits work: working days, evenings, nights, and what runs by the clock."""

from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Final

SPAN: Final = timedelta(days=10, hours=12)
SATURDAY: Final = 5
WEEKEND: Final = 0.18  # of a working day's submissions
NIGHTLY_AT: Final = timedelta(hours=2)
# Relative rate of submissions by hour of the day, UTC: a slow morning, lunch, sweeps at day's end.
HOURLY: Final = (
    *(0.25, 0.15, 0.1, 0.1, 0.1, 0.15, 0.4, 1.0, 2.2, 3.4, 3.8, 3.5),
    *(2.0, 2.8, 3.6, 3.8, 3.9, 3.2, 1.9, 1.2, 1.0, 0.9, 0.7, 0.4),
)


class Submissions:
    """Draws times of submission from the week and a half before `now`."""

    def __init__(self, random: Random, now: datetime) -> None:
        self._random = random
        self._hours = list(_hours(now))
        self._now = now
        self._cumulated = list(accumulate(_rate(hour) for hour in self._hours))

    def draw(self) -> datetime:
        """A time before now, as likely as the team is at work then."""
        while True:
            target = self._random.uniform(0, self._cumulated[-1])
            hour = self._hours[min(bisect(self._cumulated, target), len(self._hours) - 1)]
            time = hour + timedelta(microseconds=self._random.randrange(3_600_000_000))
            if time < self._now:
                return time


def nights(now: datetime) -> Iterator[datetime]:
    """The times at which the nightly work was due, before `now`."""
    midnight = _midnight(now - SPAN)
    while (due := midnight + NIGHTLY_AT) < now:
        yield due
        midnight += timedelta(days=1)


def _hours(now: datetime) -> Iterator[datetime]:
    hour = (now - SPAN).replace(minute=0, second=0, microsecond=0)
    while hour < now:
        yield hour
        hour += timedelta(hours=1)


def _midnight(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _rate(hour: datetime) -> float:
    return HOURLY[hour.hour] * (WEEKEND if hour.weekday() >= SATURDAY else 1.0)
