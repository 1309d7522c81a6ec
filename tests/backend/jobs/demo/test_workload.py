"""The demonstration: always the same, legal, and alive up to its last minute."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.jobs.demo.workload import generate
from backend.jobs.lifecycle import JobState, is_finished
from backend.jobs.models import Job, JobStatus
from tests.backend.jobs.importers.traces import is_legal

NOW = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)


def load_demo(*arguments: str) -> str:
    stdout = io.StringIO()
    call_command("load_demo", *arguments, stdout=stdout)
    return stdout.getvalue()


def test_the_same_arguments_give_the_same_jobs_and_another_seed_others() -> None:
    jobs = generate(jobs=300, seed=1, now=NOW)
    assert generate(jobs=300, seed=1, now=NOW) == jobs
    others = generate(jobs=300, seed=2, now=NOW)
    assert not {job.id for job in jobs} & {job.id for job in others}


@settings(max_examples=15, deadline=None)  # a loaded machine is slow, not wrong
@given(
    st.integers(1, 400),
    st.integers(),
    st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_any_demonstration_is_legal_and_over_by_now(jobs: int, seed: int, now: datetime) -> None:
    generated = generate(jobs=jobs, seed=seed, now=now)
    assert len(generated) == len({job.id for job in generated}) == jobs
    assert all(is_legal(job) for job in generated)
    assert all(change.at <= now for job in generated for change in job.changes)
    assert all(job.submitted_at >= now - timedelta(days=12) for job in generated)


@pytest.mark.parametrize(
    "now",
    [NOW, datetime(2026, 11, 22, 4, 12, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)],
    ids=["afternoon", "sunday night", "new year"],
)
def test_it_looks_like_life_at_any_hour(now: datetime) -> None:
    jobs = generate(jobs=2000, seed=1, now=now)
    states = Counter(job.changes[-1].state for job in jobs)
    assert set(states) == set(JobState)
    assert sum(number for state, number in states.items() if is_finished(state)) > 1900
    assert states[JobState.COMPLETED] > states[JobState.FAILED] > 50
    assert max(change.at for job in jobs for change in job.changes) > now - timedelta(minutes=2)
    assert sum(job.submitted_at > now - timedelta(minutes=15) for job in jobs) >= 30
    retried = [job for job in jobs if len(job.changes) > 3]
    assert any(job.changes[-1].state is JobState.COMPLETED for job in retried)
    messages = [change.message or "" for job in jobs for change in job.changes]
    for sign in (
        "CUDA out of memory",
        "oom_kill",
        "Traceback",
        "NaN",
        "NODE FAILURE",
        "TIME LIMIT",
    ):
        assert any(sign in message for message in messages)
    assert len({job.username for job in jobs}) == 8
    assert {change.by for job in jobs for change in job.changes} == {None, "scheduler"}
    assert any(job.name == f"nightly-etl-{now - timedelta(days=1):%Y-%m-%d}" for job in jobs)


def test_work_follows_the_week() -> None:
    by_day = Counter(job.submitted_at.date() for job in generate(jobs=2000, seed=1, now=NOW))
    sunday, monday = datetime(2026, 11, 22).date(), datetime(2026, 11, 23).date()  # noqa: DTZ001
    assert by_day[monday] > 2 * by_day[sunday] > 0


@pytest.mark.django_db
def test_the_command_fills_an_empty_database_and_only_that() -> None:
    stdout = load_demo("--jobs", "200", "--now", NOW.isoformat())
    assert stdout.startswith("200 demo jobs loaded with ")
    assert Job.objects.count() == 200
    log = list(JobStatus.objects.order_by("id").values_list("created_at", flat=True))
    assert log == sorted(log)
    assert load_demo() == "There are jobs already: no demo data loaded (--force adds it).\n"
    assert Job.objects.count() == 200
    load_demo("--jobs", "10", "--seed", "2", "--force")
    assert Job.objects.count() == 210


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [("--jobs", "0"), ("--jobs", "1000001"), ("--now", "today"), ("--seed", "x")],
)
def test_bad_options_are_refused(arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        load_demo(*arguments)
    assert not Job.objects.exists()
