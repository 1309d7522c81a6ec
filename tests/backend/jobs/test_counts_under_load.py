"""Counts while writers write: every reader, in any moment, sees exactly what is there."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import sleep
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from backend.jobs import counts
from backend.jobs.errors import JobError
from backend.jobs.filters import TimeRange
from backend.jobs.lifecycle import JobState
from backend.jobs.models import HourlyActivity, Job, JobStatus, StateRollup
from backend.jobs.selectors.activity import activity
from backend.jobs.services import create_job, set_job_status
from tests.backend.jobs.conftest import NOON
from tests.backend.jobs.simultaneous import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WRITERS = 8
FAR = timedelta(days=40_000)


class Comparison(NamedTuple):
    """The counts and the counting of one moment."""

    counted: tuple[Counter[str], Counter[str]]
    told: tuple[Counter[str], Counter[str]]
    rolled_up: int  # entries up to the roll-up's position
    in_hours: int  # entries that the hours hold


def _without_zeros(numbers: Mapping[JobState, int]) -> Counter[str]:
    return Counter({state.value: number for state, number in numbers.items() if number})


def compare() -> Comparison:
    """All in one snapshot."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        totals = counts.totals()
        position = StateRollup.objects.get().position
        return Comparison(
            counted=(
                Counter(Job.objects.values_list("state", flat=True)),
                Counter(JobStatus.objects.values_list("state", flat=True)),
            ),
            told=(_without_zeros(totals.jobs), _without_zeros(totals.entries)),
            rolled_up=JobStatus.objects.filter(id__lte=position).count(),
            in_hours=sum(HourlyActivity.objects.values_list("entered", flat=True)),
        )


def test_totals_are_exact_while_writers_write_and_readers_advance(ada: int) -> None:
    counts.totals()  # makes the roll-up's row, where the flush of another test has taken it
    writing = threading.Event()
    writing.set()

    def write(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 (a test's)
        for _ in range(10):
            with transaction.atomic():
                job_id = create_job(name="a", actor_id=ada).id
                for state in chance.sample(list(JobState), k=chance.randrange(4)):
                    try:
                        set_job_status(job_id=job_id, state=state, actor_id=ada)
                    except JobError:
                        continue
                sleep(chance.choice([0, 0.002, 0.02]))  # entries that commit late
                transaction.set_rollback(chance.random() < 0.2)

    def advance() -> int:
        moved = 0
        while writing.is_set():
            moved += counts.advance(patience=0)
        connection.close()
        return moved

    def look() -> list[Comparison]:
        seen = []
        while writing.is_set():
            seen.append(compare())
        connection.close()
        return seen

    with ThreadPoolExecutor(4) as threads:
        advancing = [threads.submit(advance) for _ in range(2)]
        looking = [threads.submit(look) for _ in range(2)]
        try:
            failures = [
                each for each in at_once([partial(write, n) for n in range(WRITERS)]) if each
            ]
        finally:
            writing.clear()
        comparisons = [seen for reader in looking for seen in reader.result()]
        moved = sum(writer.result() for writer in advancing)
    assert failures == []
    comparisons.append(compare())
    for seen in comparisons:
        assert seen.told == seen.counted
        assert seen.in_hours == seen.rolled_up
    assert len(comparisons) > 10
    assert moved > 3

    assert counts.advance() in {True, False}
    last = compare()
    assert last.told == last.counted
    assert last.in_hours == last.rolled_up == JobStatus.objects.count()


def test_of_many_readers_with_a_long_tail_all_are_exact(
    ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "LONG_TAIL", 10)
    for _ in range(30):
        create_job(name="a", actor_id=ada)
    results = at_once([counts.totals] * 16)
    assert {
        total.jobs[JobState.PENDING] for total in results if isinstance(total, counts.Totals)
    } == {30}
    assert len([each for each in results if isinstance(each, counts.Totals)]) == 16
    assert StateRollup.objects.get().position == JobStatus.objects.latest("id").pk
    assert sum(HourlyActivity.objects.values_list("entered", flat=True)) == 30


def test_activity_is_exact_while_the_roll_up_moves(ada: int) -> None:
    done = threading.Event()

    def write() -> None:
        for _ in range(40):
            create_job(name="a", actor_id=ada)
            counts.advance(patience=0)
        done.set()

    def look() -> list[tuple[int, int, int]]:
        """How many entries there were before, in the buckets, and after."""
        seen = []
        while not done.is_set():
            before = JobStatus.objects.count()
            found = activity(TimeRange(NOON - FAR, NOON + FAR), 1, NOON)
            seen.append((before, sum(found[0].entered.values()), JobStatus.objects.count()))
        return seen

    results = at_once([write, look, look])
    assert results[0] is None
    comparisons = [seen for result in results if isinstance(result, list) for seen in result]
    assert len(comparisons) > 5
    assert [seen for seen in comparisons if not seen[0] <= seen[1] <= seen[2]] == []
