"""With 200,000 jobs every page, at any depth, is read by an index and touches a page of rows."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from backend.accounts.models import User
from backend.jobs import counts
from backend.jobs.filters import JobFilter, StatusFilter, TimeRange
from backend.jobs.keyset import Key, Ordering, Page
from backend.jobs.lifecycle import JobState
from backend.jobs.models import Job, JobStatus, StateRollup
from backend.jobs.orders import CREATED_ASC, CREATED_DESC, STATE_CHANGED_ASC, STATE_CHANGED_DESC
from backend.jobs.selectors.jobs import jobs_page
from backend.jobs.selectors.statuses import histories, log_page
from backend.jobs.services import create_job
from tests.backend.jobs.plans import plans_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

JOBS: Final = 200_000
LONG_HISTORIES: Final = 50  # of the newest jobs, each with 1,000 entries more
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
APART: Final = timedelta(seconds=37)

# Mostly COMPLETED; 200 RUNNING and 20 PENDING jobs are strewn among them, and all FAILED ones lie
# in the older half. Ids are as backend.jobs.ids makes them; changes come up to five days after the
# creation, in no order. Every other job has one entry, and the newest jobs have long histories.
INSERT_JOBS: Final = """
INSERT INTO jobs_job (id, name, name_folded, state, state_changed_at, version, created_at,
                      started_at, finished_at, created_by_id)
SELECT (lpad(to_hex((extract(epoch FROM created) * 1000)::bigint), 12, '0')
            || '70008' || substr(md5(i::text), 1, 15))::uuid,
       'build ' || i, 'build ' || i, state, changed, 1, created,
       CASE WHEN state <> 'PENDING' THEN created END,
       CASE WHEN state IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN changed END,
       CASE WHEN mod(i, 500) = 0 THEN %(eve)s WHEN mod(i, 10) = 1 THEN %(ada)s END
  FROM (SELECT i, %(start)s + i * %(apart)s AS created,
               %(start)s + i * %(apart)s + mod(i * 7919, 432001) * interval '1 s' AS changed,
               CASE WHEN mod(i, 10000) = 5003 THEN 'PENDING'
                    WHEN mod(i, 1000) = 7 THEN 'RUNNING'
                    WHEN mod(i, 25) = 3 THEN 'CANCELLED'
                    WHEN mod(i, 6) = 1 AND i <= %(jobs)s / 2 THEN 'FAILED'
                    ELSE 'COMPLETED' END AS state
          FROM generate_series(1, %(jobs)s) i) made
"""
INSERT_ENTRIES: Final = """
INSERT INTO jobs_jobstatus (job_id, state, previous_state, created_at)
SELECT id, state, CASE WHEN state <> 'PENDING' THEN 'PENDING' END, state_changed_at
  FROM jobs_job
 WHERE mod(extract(epoch FROM created_at)::bigint, 2) = 1
 UNION ALL
SELECT id, CASE WHEN mod(n, 2) = 0 THEN 'RUNNING' ELSE 'FAILED' END, 'PENDING', state_changed_at
  FROM (SELECT id, state_changed_at FROM jobs_job ORDER BY id DESC LIMIT %(long)s) newest,
       generate_series(1, 1000) n
"""
EMPTY: Final = "TRUNCATE jobs_job, jobs_jobstatus, jobs_hourlyactivity"

ORDERINGS: Final = [CREATED_DESC, CREATED_ASC, STATE_CHANGED_DESC, STATE_CHANGED_ASC]
PAGE: Final = 25
DEPTHS: Final = {
    "the first page": None,
    "the middle": 0.5,
    "near the end": 0.9,
    "the last page": 0.9995,
}
RARE: Final = [JobState.RUNNING, JobState.PENDING]
UNEVEN: Final = [JobState.COMPLETED, JobState.RUNNING, JobState.FAILED]


BY_INDEX: Final = frozenset({"Index Scan", "Index Only Scan"})


class Case(NamedTuple):
    """A read, and how much it may touch."""

    name: str
    read: Callable[[], object]
    rows: int
    buffers: int
    scans: frozenset[str] = BY_INDEX


@pytest.fixture(scope="module", autouse=True)
def _large_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """200,000 jobs and 150,000 entries, committed for all tests here, and gone again after."""
    if not settings.POSTGRES:
        yield
        return
    with django_db_blocker.unblock():
        names = ("ada", "eve")
        accounts = {name: User.objects.create(username=f"plans-{name}").pk for name in names}
        try:
            with connection.cursor() as cursor:
                given: dict[str, Any] = {
                    "start": START,
                    "apart": APART,
                    "jobs": JOBS,
                    "long": LONG_HISTORIES,
                }
                cursor.execute(EMPTY)  # pages that other tests left behind would be walked as well
                cursor.execute(INSERT_JOBS, given | accounts)
                cursor.execute(INSERT_ENTRIES, given)
                cursor.execute("VACUUM (ANALYZE) jobs_job, jobs_jobstatus")
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(EMPTY)
            StateRollup.objects.update(position=0, jobs={}, entries={})
            User.objects.filter(pk__in=accounts.values()).delete()


def test_every_read_touches_a_page_of_rows(subtests: pytest.Subtests) -> None:
    """One test, so that the large database is made once."""
    cases = itertools.chain(
        pages_of_jobs(),
        pages_by_other_filters(),
        pages_by_what_a_name_contains(),
        pages_of_the_log(),
        histories_of_jobs(),
        bounded_counts(),
        totals(),
    )
    read = []
    for case in cases:
        read.append(case.name)
        with subtests.test(case.name):
            plans = plans_of(case.read)
            told = "\n".join(map(str, plans))
            assert case.scans.issuperset(
                scan.split(" using")[0] for p in plans for scan in p.scans
            ), told
            assert sum(plan.rows_read for plan in plans) <= case.rows, told
            assert sum(plan.rows_sorted for plan in plans) <= case.rows, told
            assert sum(plan.buffers for plan in plans) <= case.buffers, told
    assert len(set(read)) == 330


def key_at(where: JobFilter, ordering: Ordering, depth: float, *, backward: bool) -> Key:
    """The key of the job so far down the list, counted from where the reader comes from."""
    rows = Job.objects.all() if where.states is None else Job.objects.filter(state__in=where.states)
    sign = "-" if ordering.descending != backward else ""
    keys = rows.order_by(*[sign + name for name in ordering.names]).values_list(*ordering.names)
    key: Key = keys[int(rows.count() * depth)]
    return key


def pages_of_jobs() -> Iterator[Case]:
    """Every order, by no state, one and several, at every depth, in both directions."""
    for ordering, states, depth, backward in itertools.product(
        ORDERINGS,
        [None, *[[state] for state in JobState], RARE, UNEVEN],
        DEPTHS,
        [False, True],
    ):
        where = JobFilter(states=states)
        page = Page(PAGE, backward=backward)
        if (part := DEPTHS[depth]) is not None:
            key = key_at(where, ordering, part, backward=backward)
            page = Page(PAGE, before=key, backward=True) if backward else Page(PAGE, after=key)
        # One row more than the page, and one beyond the cursor, from the run of each state. Where
        # hardly any jobs are left in all, those may be read instead.
        runs = 1 if states is None else len(states)
        left = JOBS // (1000 if runs == 1 else 200) if depth == "the last page" else 0
        yield Case(
            f"{ordering.name}, {states and [str(s) for s in states]}, {depth}, {backward=}",
            partial(jobs_page, where, ordering, page),
            rows=runs * (PAGE + 2 + left),
            buffers=runs * (PAGE + 15),
        )


def pages_by_other_filters() -> Iterator[Case]:
    """Creators and times, in the orders whose indexes serve them."""
    eve = User.objects.get(username="plans-eve").pk
    week = TimeRange(START + timedelta(days=20), START + timedelta(days=27))
    for where, orderings in (
        (JobFilter(created_by_id=eve), ORDERINGS[:2]),
        (JobFilter(created_at=week), ORDERINGS[:2]),
        (JobFilter(state_changed_at=week), ORDERINGS[2:]),
        (JobFilter(created_at=week, states=RARE), ORDERINGS[:2]),
        (JobFilter(state_changed_at=week, states=RARE), ORDERINGS[2:]),
    ):
        for ordering, backward in itertools.product(orderings, [False, True]):
            yield Case(
                f"{ordering.name}, {where}, {backward=}",
                partial(jobs_page, where, ordering, Page(PAGE, backward=backward)),
                rows=2 * (PAGE + 1),
                buffers=2 * (PAGE + 10),
            )


def pages_by_what_a_name_contains() -> Iterator[Case]:
    """Rare texts by their trigrams, texts that are everywhere by the order of the list."""
    for text, ordering in itertools.product(["d 12345", "uild"], ORDERINGS):
        yield Case(
            f"{ordering.name}, containing {text}",
            partial(jobs_page, JobFilter(name_contains=text), ordering, Page(PAGE)),
            rows=300,  # the trigrams of one text are met in some others
            buffers=600,
            scans=BY_INDEX | {"Bitmap Heap Scan"},
        )


def pages_of_the_log() -> Iterator[Case]:
    """Any states, at every depth, in both directions; the position that is final included."""
    last = JobStatus.objects.latest("id").pk
    first = last - JOBS // 2 - 1000 * LONG_HISTORIES
    for states, depth, backward in itertools.product(
        [None, [JobState.COMPLETED], [JobState.PENDING], RARE], DEPTHS, [False, True]
    ):
        runs = 1 if states is None else len(states)
        left = JOBS // 1000 if depth == "the last page" else 0
        page = Page(PAGE, backward=backward)
        if (part := DEPTHS[depth]) is not None:
            key = (int(first + (last - first) * (1 - part if backward else part)),)
            page = Page(PAGE, before=key, backward=True) if backward else Page(PAGE, after=key)
        yield Case(
            f"log, {states and [str(s) for s in states]}, {depth}, {backward=}",
            partial(log_page, StatusFilter(states=states), page),
            rows=1 + runs * (PAGE + 2 + left),
            buffers=5 + runs * (PAGE + 15),
        )


def histories_of_jobs() -> Iterator[Case]:
    """Of 50 jobs with a thousand entries each, only those shown are read."""
    job_ids = Job.objects.order_by("-id").values_list("id", flat=True)[:LONG_HISTORIES]
    keys = [job_id.bytes for job_id in job_ids]
    for size, backward in itertools.product([1, 10, 100], [False, True]):
        yield Case(
            f"histories, {size=}, {backward=}",
            partial(histories, keys, Page(size, backward=backward)),
            rows=LONG_HISTORIES * (size + 1),
            buffers=LONG_HISTORIES * (size // 2 + 8),
        )


def bounded_counts() -> Iterator[Case]:
    """Counting ends at the limit, by whatever plan finds so many rows first."""
    ada = User.objects.get(username="plans-ada").pk
    limit = counts.COUNTED_UP_TO + 1
    for where in (
        JobFilter(created_at=TimeRange(START)),
        JobFilter(state_changed_at=TimeRange(START)),
        JobFilter(created_at=TimeRange(START), states=[JobState.COMPLETED]),
        JobFilter(created_at=TimeRange(START + JOBS * APART / 2), states=RARE),
        JobFilter(created_by_id=ada),
    ):
        yield Case(
            f"count, {where}",
            partial(counts.count_jobs, where),
            rows=2 * limit,
            buffers=2 * limit,
            scans=BY_INDEX | {"Seq Scan", "Bitmap Heap Scan"},
        )
    yield Case(
        "count of a history",
        partial(counts.count_log, StatusFilter(job_id=Job.objects.latest("id").id)),
        rows=1001,
        buffers=600,
    )


def totals() -> Iterator[Case]:
    """Counts cost what was written since the roll-up, not what is there."""
    assert counts.advance() is True
    tail = 30
    ada = User.objects.get(username="plans-ada").pk
    for _ in range(tail):
        create_job(name="a", actor_id=ada)
    for read in (counts.totals, partial(counts.count_jobs, JobFilter(states=RARE))):
        yield Case(f"totals by {read}", read, rows=tail + 2, buffers=tail + 10)
