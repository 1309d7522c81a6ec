"""The Standard Workload Format: each kind of line, exactly, and any line without harm."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.jobs.importers.swf import SwfParser
from backend.jobs.importers.workload import BadLine, Change, UnreadableTrace, WorkloadJob
from backend.jobs.lifecycle import JobState
from tests.backend.jobs.importers.traces import SMALL_SWF, is_legal

START = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)  # 1,700,000,000 s after 1970


def parser(starts_at: datetime | None = START) -> SwfParser:
    return SwfParser(source="sample", realm="sample", starts_at=starts_at)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def line(*, number: str = "1", **changed: str) -> str:
    """A good line of a job, some of its fields changed by their names."""
    names = ["number", "submit", "wait", "run", "processors", "cpu", "memory", "requested"]
    names += [
        "time",
        "space",
        "status",
        "user",
        "group",
        "app",
        "queue",
        "partition",
        "of",
        "think",
    ]
    good = ["1", "0", "10", "60", "8", "-1", "-1", "8", "3600", "-1", "1", "7", "1", "12"]
    fields = dict(zip(names, [*good, "1", "1", "-1", "-1"], strict=True))
    return " ".join((fields | {"number": number} | changed).values())


def sample() -> dict[str, WorkloadJob]:
    reading = SwfParser(source="sample", realm="sample")
    parsed = [reading.parse(text) for text in SMALL_SWF.read_text().splitlines()]
    jobs = [job for job in parsed if job is not None]
    assert [job.number for job in jobs] == [str(number) for number in range(1, 11)]
    return {job.number: job for job in jobs}


def test_a_completed_job_waits_runs_and_completes() -> None:
    assert sample()["1"] == WorkloadJob(
        source="sample",
        number="1",
        name="app-12 #1",
        username="user7@sample",
        changes=(
            Change(JobState.PENDING, after(0)),
            Change(JobState.RUNNING, after(10)),
            Change(JobState.COMPLETED, after(70)),
        ),
    )


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (
            "2",  # cancelled without processors and without a run time: it never ran
            [
                ("PENDING", 5, None),
                ("CANCELLED", 5, "Cancelled before it started."),
            ],
        ),
        (
            "3",  # times may be fractions
            [
                ("PENDING", 9.5, None),
                ("RUNNING", 9.75, None),
                ("FAILED", 40.25, "Failed after 30 s on 4 processors."),
            ],
        ),
        (
            "4",  # the wait of a job that never ran is how long it queued before it was cancelled
            [
                ("PENDING", 20, None),
                ("CANCELLED", 120, "Cancelled before it started."),
            ],
        ),
        (
            "5",
            [
                ("PENDING", 30, None),
                ("RUNNING", 35, None),
                (
                    "FAILED",
                    1835,
                    "Failed after 30 min on 16 processors, having reached its time limit of 30 min.",
                ),
            ],
        ),
        ("6", [("PENDING", 35, None), ("RUNNING", 35, None), ("COMPLETED", 535, None)]),
        ("7", [("PENDING", 40, None), ("RUNNING", 40, None), ("COMPLETED", 40, None)]),
        ("8", [("PENDING", 50, None), ("FAILED", 50, "Failed before it started.")]),
        (
            "9",
            [
                ("PENDING", 60, None),
                ("RUNNING", 62, None),
                ("COMPLETED", 92, "The trace does not tell how it ended."),
            ],
        ),
        (
            "10",
            [
                ("PENDING", 70, None),
                ("RUNNING", 70, None),
                ("CANCELLED", 7454, "Cancelled after 2 h 3 min on 1 processor."),
            ],
        ),
    ],
)
def test_history_of_each_kind(number: str, changes: list[tuple[str, float, str | None]]) -> None:
    assert [(change.state, change.at, change.message) for change in sample()[number].changes] == [
        (JobState(state), after(seconds), message) for state, seconds, message in changes
    ]


def test_unknown_user_and_application() -> None:
    job = sample()["10"]
    assert (job.name, job.username) == ("job #10", None)


def test_users_of_no_realm_keep_their_bare_name() -> None:
    job = SwfParser(source="sample", realm="", starts_at=START).parse(line())
    assert job is not None
    assert job.username == "user7"


def test_the_same_line_gives_the_same_id_and_another_source_another() -> None:
    first, again = parser().parse(line()), parser().parse(line())
    other = SwfParser(source="other", realm="", starts_at=START).parse(line())
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.id == again.id
    assert first.id != other.id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (line() + " 5", "19 fields instead of 18"),
        ("1 2 3", "3 fields instead of 18"),
        (line(wait="ten"), "field 3 is not a number: 'ten'"),
        (line(run="nan"), "field 4 is not a number: 'nan'"),
        (line(run="1e9"), "field 4 is not a number: '1e9'"),
        (line(run="9" * 16), f"field 4 is not a number: '{'9' * 16}'"),
        (line(submit="٣"), "field 2 is not a number: '٣'"),
        (line(status="1.5"), "its status (field 11) is not a whole number: 1.5"),
        (line(status="9"), "its status is 9, which the format does not know"),
        (line(status="-1", run="-1"), "neither its status nor its run time is known"),
        (line(submit="-1"), "its time of submission is unknown"),
        (line(number="-1"), "it has no job number"),
        (line(submit="999999999999"), "its times lie past the year 9999"),
    ],
)
def test_bad_lines_say_why(text: str, reason: str) -> None:
    with pytest.raises(BadLine) as caught:
        parser().parse(text)
    assert str(caught.value) == reason


def test_a_start_before_1970_makes_bad_lines() -> None:
    with pytest.raises(BadLine, match="before 1970"):
        parser(datetime(1969, 12, 31, tzinfo=UTC)).parse(line())


def test_without_a_start_no_job_can_be_read() -> None:
    with pytest.raises(UnreadableTrace, match="--start"):
        parser(None).parse(line())


def test_a_given_start_overrides_the_header() -> None:
    reading = parser()
    assert reading.parse("; UnixStartTime: 5") is None
    job = reading.parse(line())
    assert job is not None
    assert job.submitted_at == START


@pytest.mark.parametrize("header", ["; UnixStartTime: -1", "; UnixStartTime: soon", ";"])
def test_a_header_that_does_not_know_is_no_start(header: str) -> None:
    reading = parser(None)
    assert reading.parse(header) is None
    with pytest.raises(UnreadableTrace):
        reading.parse(line())


def test_a_start_past_all_calendars_is_unreadable() -> None:
    with pytest.raises(UnreadableTrace, match="999999999999"):
        parser(None).parse("; UnixStartTime: 999999999999")


numbers = st.one_of(
    st.integers(-2, 12).map(str),
    st.integers(-(10**17), 10**17).map(str),
    st.floats().map(str),
    st.decimals(-5, 5, places=3, allow_nan=False).map(str),
    st.text(max_size=4),
)


@settings(deadline=None)  # a loaded machine is slow, not wrong
@given(
    st.one_of(
        st.text(),
        st.lists(numbers, min_size=17, max_size=19).map(" ".join),
        st.lists(st.integers(-1, 5000).map(str), min_size=18, max_size=18).map(" ".join),
        st.builds(
            lambda status, wait, run, processors: line(
                status=status, wait=wait, run=run, processors=processors
            ),
            st.integers(-1, 5).map(str),
            *[st.integers(-1, 100_000).map(str)] * 3,
        ),
    )
)
def test_any_line_is_a_legal_job_or_a_bad_line(text: str) -> None:
    with contextlib.suppress(BadLine):
        job = parser().parse(text)
        assert job is None or is_legal(job)
