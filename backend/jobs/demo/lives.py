"""The life of one generated job: waiting, running, failing, being tried again."""

from datetime import datetime, timedelta
from math import log
from random import Random
from typing import Final

from backend.jobs.demo.failures import Scene
from backend.jobs.demo.families import CI, SCHEDULER, Family
from backend.jobs.importers.workload import Change
from backend.jobs.lifecycle import JobState

MOST_ATTEMPTS: Final = 3
CANCELLED_IN_QUEUE: Final = 0.35  # of all cancelled
LONGEST: Final = timedelta(days=2)
RESUBMISSIONS: Final = (
    "Tried again unchanged.",
    "Tried again with twice the memory.",
    "Tried again on another node.",
    "Tried again after fixing the input.",
)


class Life:
    """Grows the history of one job, as if it could all happen; `seen_at` cuts it off at now."""

    def __init__(self, random: Random, family: Family, number: int, name: str, owner: str) -> None:
        self._random = random
        self._family = family
        self._number = number
        self._name = name
        self._owner = owner
        self.changes: list[Change] = []

    def live(self, submitted_at: datetime, starts_at: datetime) -> datetime:
        """Live through all attempts, the first of them submitted and started at these times.

        Returns when its place is free for the next job: at the end of the first attempt.
        """
        free_at = self._attempt(submitted_at, starts_at, None)
        for attempt in range(2, MOST_ATTEMPTS + 1):
            last = self.changes[-1]
            retried = last.state is JobState.FAILED and self._random.random() < self._family.retries
            if not retried:
                break
            program = self._owner == CI
            pause = self._seconds(30 if program else 1500, 0.2 if program else 1.2)
            message = (
                f"Automatic retry, attempt {attempt} of {MOST_ATTEMPTS}."
                if program
                else self._random.choice(RESUBMISSIONS)
            )
            again_at = last.at + pause
            self._attempt(again_at, again_at + self._seconds(45, 0.9), message)
        return free_at

    def seen_at(self, now: datetime) -> tuple[Change, ...]:
        """What of it has happened by `now`: a job may still wait or run."""
        return tuple(change for change in self.changes if change.at <= now)

    def _attempt(self, submitted_at: datetime, starts_at: datetime, why: str | None) -> datetime:
        family, random = self._family, self._random
        self.changes.append(Change(JobState.PENDING, submitted_at, why))
        cancelled = random.random() < family.cancels
        if cancelled and random.random() < CANCELLED_IN_QUEUE:
            waited = random.uniform(0.1, 0.9) * (starts_at - submitted_at)
            self._cancel(submitted_at + waited)
            return starts_at
        node = f"{family.nodes[0]}{random.randrange(family.nodes[1]) + 1:02d}"
        self.changes.append(
            Change(JobState.RUNNING, starts_at, f"Started on {node}.", by=SCHEDULER)
        )
        duration = self._seconds(family.median, family.spread)
        if cancelled:
            ended_at = starts_at + duration * random.uniform(0.05, 0.9)
            self._cancel(ended_at)
        elif random.random() < family.fails:
            ended_at = self._fail(starts_at, duration, node)
        else:
            ended_at = starts_at + duration
            summary = family.summary(random)
            self.changes.append(Change(JobState.COMPLETED, ended_at, summary, by=SCHEDULER))
        return ended_at

    def _fail(self, starts_at: datetime, duration: timedelta, node: str) -> datetime:
        kinds = self._family.failures
        (failure,) = self._random.choices(list(kinds), weights=list(kinds.values()))
        ended_at = starts_at + min(duration * self._random.uniform(*failure.share_of_time), LONGEST)
        scene = Scene(self._random, self._number, self._name, node, ended_at)
        self.changes.append(Change(JobState.FAILED, ended_at, failure.message(scene), by=SCHEDULER))
        return ended_at

    def _cancel(self, at: datetime) -> None:
        reason = self._random.choice(self._family.cancel_reasons)
        self.changes.append(Change(JobState.CANCELLED, at, reason))

    def _seconds(self, median: float, spread: float) -> timedelta:
        drawn = timedelta(seconds=self._random.lognormvariate(log(median), spread))
        return min(drawn, LONGEST)
