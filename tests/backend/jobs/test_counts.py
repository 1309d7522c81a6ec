"""Counts: exact at every moment, wherever the roll-up stands; bounded where they must count."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.jobs import counts
from backend.jobs.counts import Count
from backend.jobs.filters import JobFilter, StatusFilter, TimeRange
from backend.jobs.lifecycle import JobState
from backend.jobs.models import HourlyActivity, Job, JobStatus, StateRollup
from backend.jobs.records import JobRecord
from backend.jobs.services import create_job, set_job_status
from tests.backend.jobs.conftest import NOON, Clock
from tests.backend.jobs.sample import admits, insert_jobs, insert_log, job_filters
from tests.backend.jobs.tables import rolled_back

PENDING, RUNNING, FAILED = JobState.PENDING, JobState.RUNNING, JobState.FAILED
NONE = dict.fromkeys(JobState, 0)
HOUR = timedelta(hours=1)

many_examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def counted() -> counts.Totals:
    """The totals by counting every row."""
    jobs = Counter(Job.objects.values_list("state", flat=True))
    entries = Counter(JobStatus.objects.values_list("state", flat=True))
    return counts.Totals(
        {state: jobs[state] for state in JobState}, {state: entries[state] for state in JobState}
    )


def live(actor_id: int, states: Sequence[JobState]) -> UUID:
    """Create a job and lead it through the states."""
    job_id = create_job(name="a", actor_id=actor_id).id
    for state in states:
        set_job_status(job_id=job_id, state=state, actor_id=actor_id)
    return job_id


# --- Totals -----------------------------------------------------------------------------------


def test_of_nothing_there_is_nothing(db: None) -> None:
    assert counts.totals() == counts.Totals(NONE, NONE)
    assert counts.advance() is False
    assert counts.totals() == counts.Totals(NONE, NONE)


def test_totals_before_across_and_after_an_advance(ada: int) -> None:
    for states in ([], [RUNNING], [RUNNING, FAILED], [FAILED, PENDING, RUNNING], []):
        live(ada, states)
    expected = counts.Totals(
        {**NONE, PENDING: 2, RUNNING: 2, FAILED: 1}, {**NONE, PENDING: 6, RUNNING: 3, FAILED: 2}
    )
    assert counted() == expected
    assert counts.totals() == expected
    assert counts.advance() is True
    rollup = StateRollup.objects.get()
    assert rollup.position == JobStatus.objects.latest("id").pk
    assert rollup.jobs == {
        state: n for state, n in expected.jobs.items() if n or state in rollup.jobs
    }
    assert counts.totals() == expected
    assert counts.advance() is False
    live(ada, [RUNNING])
    assert counts.totals() == counted()


@many_examples
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(0, 10**6))
def test_totals_are_exact_wherever_the_roll_up_stands(
    ada: int, steps: list[int], seed: int
) -> None:
    """Steps: 0 advances the roll-up, any other number writes that many entries."""
    with rolled_back():
        jobs = [live(ada, []) for _ in range(3)]
        for number, step in enumerate(steps):
            if step:
                for turn in range(step):
                    state = [RUNNING, FAILED, PENDING][(seed + number + turn) % 3]
                    job = Job.objects.get(id=jobs[(seed + turn) % 3])
                    if (
                        state
                        in {RUNNING: {FAILED}, FAILED: {PENDING}, PENDING: {RUNNING, FAILED}}[
                            JobState(job.state)
                        ]
                    ):
                        set_job_status(job_id=job.id, state=state, actor_id=ada)
            else:
                counts.advance()
            assert counts.totals() == counted()


def test_totals_are_one_moment_one_statement(ada: int) -> None:
    live(ada, [RUNNING])
    counts.totals()
    with CaptureQueriesContext(connection) as statements:
        counts.totals()
    assert len(statements) == 1


def test_a_long_tail_is_rolled_up_by_the_next_reader(
    ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "LONG_TAIL", 4)
    live(ada, [RUNNING, FAILED, PENDING])
    counts.totals()
    assert StateRollup.objects.get().position == 0
    live(ada, [])
    before = counts.totals()
    assert StateRollup.objects.get().position == JobStatus.objects.latest("id").pk
    assert counts.totals() == before == counted()


def test_the_roll_up_s_row_comes_back_where_it_is_missing(ada: int) -> None:
    StateRollup.objects.all().delete()
    live(ada, [RUNNING])
    assert counts.totals() == counted()
    assert counts.advance() is True
    assert counts.totals() == counted()


@pytest.mark.parametrize("longest", [1, 3, 4, 5])
def test_a_tail_of_any_length_is_counted_to_its_end(
    ada: int, monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    monkeypatch.setattr(counts, "LONGEST_TAIL", longest)
    live(ada, [RUNNING, FAILED, PENDING])
    assert counts.totals() == counted()


def test_of_two_advances_from_one_position_one_counts(
    ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(ada, [RUNNING])
    stale = counts._rollup()
    assert counts.advance() is True
    activity = list(HourlyActivity.objects.values())
    with monkeypatch.context() as patch:
        patch.setattr(counts, "_rollup", lambda: stale)
        assert counts.advance() is False
    assert counts.totals() == counted()
    assert list(HourlyActivity.objects.values()) == activity


# --- Counts by filter -------------------------------------------------------------------------


@pytest.fixture
def jobs(ada: int, ben: int) -> list[JobRecord]:
    """Forty jobs of all kinds, each with the entry that brought it where it is."""
    jobs = insert_jobs(40, [ada, ben, None])
    JobStatus.objects.bulk_create(
        [JobStatus(job_id=job.id, state=job.state, created_at=job.created_at) for job in jobs]
    )
    return jobs


@settings(many_examples, max_examples=100)
@given(st.data())
def test_jobs_are_counted_exactly_up_to_the_limit(
    jobs: list[JobRecord], ada: int, ben: int, data: st.DataObject
) -> None:
    where = data.draw(job_filters([ada, ben]))
    admitted = sum(admits(where, job) for job in jobs)
    assert counts.count_jobs(where) == Count(admitted, exact=True)


@pytest.mark.parametrize("limit", [6, 7, 8])
def test_beyond_the_limit_a_count_is_a_lower_bound(
    ada: int, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(counts, "COUNTED_UP_TO", limit)
    jobs = insert_jobs(7, [ada])
    of_ada = JobFilter(created_by_id=ada)
    assert counts.count_jobs(of_ada) == Count(min(7, limit), exact=limit >= 7)
    states = sorted({job.state for job in jobs})
    assert counts.count_jobs(JobFilter(created_by_id=ada, states=states)) == Count(
        min(7, limit), exact=limit >= 7
    )
    assert counts.count_jobs(JobFilter(created_by_id=ada, states=[])) == Count(0)
    insert_log([jobs[0].id], 7)
    assert counts.count_log(StatusFilter(job_id=jobs[0].id)) == Count(
        min(7, limit), exact=limit >= 7
    )


def test_states_alone_are_exact_at_any_size(
    jobs: list[JobRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "COUNTED_UP_TO", 1)
    number = Counter(job.state for job in jobs)
    assert counts.count_jobs(JobFilter()) == Count(40)
    assert counts.count_jobs(JobFilter(states=[])) == Count(0)
    assert counts.count_jobs(JobFilter(states=[FAILED])) == Count(number[FAILED])
    both = Count(number[FAILED] + number[RUNNING])
    assert counts.count_jobs(JobFilter(states=[FAILED, RUNNING, FAILED])) == both
    assert counts.count_jobs(JobFilter(name_contains="", states=[FAILED, RUNNING])) == both
    assert counts.count_log(StatusFilter()) == Count(40)
    assert counts.count_log(StatusFilter(states=[FAILED, FAILED])) == Count(number[FAILED])
    assert counts.count_log(StatusFilter(states=[])) == Count(0)


def test_entries_of_a_job_are_counted_by_state(job_in: Callable[[JobState], UUID]) -> None:
    job_id = job_in(FAILED)
    assert counts.count_log(StatusFilter(job_id=job_id)) == Count(3)
    assert counts.count_log(StatusFilter(job_id=job_id, states=[FAILED, PENDING])) == Count(2)
    assert counts.count_log(StatusFilter(job_id=job_id, states=[])) == Count(0)
    assert counts.count_log(StatusFilter(job_id=uuid4())) == Count(0)


@pytest.mark.parametrize(
    ("where", "number"),
    [
        (JobFilter(created_at=TimeRange(NOON, NOON)), 0),
        (JobFilter(created_at=TimeRange()), 40),
        (JobFilter(created_by_id=2**63 - 1), 0),
        (JobFilter(name_contains="\\%_'"), 0),
    ],
    ids=["empty range", "open range", "nobody", "no such name"],
)
def test_filters_at_their_edges(jobs: list[JobRecord], where: JobFilter, number: int) -> None:
    assert len(jobs) == 40
    assert counts.count_jobs(where) == Count(number)


# --- Hours ------------------------------------------------------------------------------------


def test_hours_add_up_across_advances(ada: int, clock: Clock) -> None:
    started = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # Europe puts its clocks forward at 01:00
    expected: Counter[tuple[datetime, str]] = Counter()
    for number in range(6):
        clock.now = started + number * HOUR / 2
        live(ada, [RUNNING, FAILED][: number % 3])
        hour = clock.now.replace(minute=0)
        expected += Counter(
            (hour, state) for state in ["PENDING", "RUNNING", "FAILED"][: number % 3 + 1]
        )
        if number in {1, 2, 5}:
            assert counts.advance() is True
    rows = HourlyActivity.objects.values_list("hour", "state", "entered")
    assert {(hour, state): entered for hour, state, entered in rows} == expected
    assert expected[started.replace(hour=1, minute=0), "RUNNING"] == 2


def test_an_hour_is_stored_as_django_reads_it(ada: int, clock: Clock) -> None:
    live(ada, [])
    counts.advance()
    hour = clock.now.replace(minute=0, second=0, microsecond=0)
    assert HourlyActivity.objects.get(hour=hour, state="PENDING").entered == 1


def test_hours_hold_each_entry_once(ada: int) -> None:
    insert_log([job.id for job in insert_jobs(5, [ada])], 50)
    counts.advance()
    insert_log([job.id for job in insert_jobs(5, [ada], seed=8)], 50)
    counts.advance()
    sums: Counter[str] = Counter()
    for state, entered in HourlyActivity.objects.values_list("state", "entered"):
        sums[state] += entered
    assert sums == Counter(JobStatus.objects.values_list("state", flat=True))
