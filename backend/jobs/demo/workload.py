"""Generate the work of a small team over a week and a half, always the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heapreplace
from random import Random
from typing import Final

from backend.jobs.demo.calendar import Submissions, nights
from backend.jobs.demo.families import (
    BUILDS,
    DAYTIME,
    EVALUATION,
    NIGHTLY,
    NOTEBOOKS,
    TRAINING,
    Campaign,
    Family,
)
from backend.jobs.demo.lives import Life
from backend.jobs.importers.workload import WorkloadJob

SOURCE: Final = "demo"
FIRST_NUMBER: Final = 48_201
NIGHTLY_SHARE: Final = 0.1  # at most, where few jobs are asked for
RECENT_SHARE: Final = 0.015  # submitted within the last quarter of an hour, whatever the hour
RECENT: Final = timedelta(minutes=15)
SWEEP: Final = 14  # more than run at a time, so that some still wait
QUICK: Final = (BUILDS, EVALUATION, NOTEBOOKS)


@dataclass(frozen=True, slots=True)
class Draft:
    """A job before its number is known: numbers follow the order of submission."""

    submitted_at: datetime
    order: int
    name: str
    owner: str
    family: Family
    campaign: int


def generate(*, jobs: int, seed: int, now: datetime) -> list[WorkloadJob]:
    """That many jobs, by time of submission; everything in them has happened by `now`.

    The same arguments give the same jobs.
    """
    now = now.astimezone(UTC)
    random = Random(f"{seed} {now.isoformat()}")  # noqa: S311 (a demonstration, not a secret)
    drafts = sorted(_drafts(random, jobs, now), key=lambda draft: (draft.submitted_at, draft.order))
    places: dict[int, list[datetime]] = {}
    return [
        _lived(random, draft, FIRST_NUMBER + position, places, seed, now)
        for position, draft in enumerate(drafts)
    ]


def _drafts(random: Random, jobs: int, now: datetime) -> list[Draft]:
    """Nightly work, something just now, and the rest whenever people work."""
    submissions = Submissions(random, now)
    drafts: list[Draft] = []
    if jobs * NIGHTLY_SHARE >= NIGHTLY.size[1]:
        for at in list(nights(now))[-int(jobs * NIGHTLY_SHARE) // NIGHTLY.size[1] :]:
            drafts += _campaign(random, NIGHTLY, at, len(drafts), now)
    if jobs * NIGHTLY_SHARE >= SWEEP:
        drafts += _campaign(random, TRAINING, now - RECENT / 2, len(drafts), now, size=SWEEP)
    recent = len(drafts) + max(round(jobs * RECENT_SHARE), 1)
    while len(drafts) < min(recent, jobs):
        at = now - RECENT * random.random()
        drafts += _campaign(random, random.choice(QUICK), at, len(drafts), now)
    weights = [family.weight for family in DAYTIME]
    while len(drafts) < jobs:
        (family,) = random.choices(DAYTIME, weights=weights)
        drafts += _campaign(random, family, submissions.draw(), len(drafts), now)
    return drafts[:jobs]


def _campaign(
    random: Random,
    family: Family,
    at: datetime,
    first: int,
    now: datetime,
    *,
    size: int | None = None,
) -> Iterator[Draft]:
    """The jobs of one occasion, seconds apart as a script submits them."""
    campaign = Campaign(at, random.choice(family.variants), random.randrange(1, 10_000))
    owner = random.choice(family.people)
    submitted_at = at
    for index in range(size or random.randint(*family.size)):
        if submitted_at > now:
            break
        yield Draft(submitted_at, first + index, family.name(campaign, index), owner, family, first)
        submitted_at += timedelta(microseconds=random.randrange(200_000, 2_500_000))


def _lived(  # noqa: PLR0917 (one call, above)
    random: Random,
    draft: Draft,
    number: int,
    places: dict[int, list[datetime]],
    seed: int,
    now: datetime,
) -> WorkloadJob:
    """The job with its history, started when the campaign has a place free for it."""
    life = Life(random, draft.family, number, draft.name, draft.owner)
    free = places.setdefault(draft.campaign, [draft.submitted_at] * draft.family.slots)
    heapify(free)
    queued = timedelta(seconds=random.expovariate(1 / 20))
    starts_at = max(free[0], draft.submitted_at) + queued
    heapreplace(free, life.live(draft.submitted_at, starts_at))
    return WorkloadJob(
        source=f"{SOURCE}-{seed}",
        number=str(number),
        name=draft.name,
        username=draft.owner,
        changes=life.seen_at(now),
    )
