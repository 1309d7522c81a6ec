"""Slurm's accounting: each kind of line, exactly, and any line without harm."""

import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.jobs.importers.sacct import ENDED, UNDER_WAY, WAITING, SacctParser
from backend.jobs.importers.workload import BadLine, Change, UnreadableTrace, WorkloadJob
from backend.jobs.lifecycle import JobState
from tests.backend.jobs.importers.traces import SMALL_SACCT, is_legal

DAY = "2026-01-01"
OUT_OF_MEMORY = "OUT_OF_MEMORY: it needed more memory than it had asked for. Killed by signal 125."
HEADER = "JobID|JobName|User|Submit|Start|End|State|ExitCode"
GOOD = {
    "JobID": "7",
    "JobName": "name",
    "User": "mei",
    "Submit": "2026-01-01T10:00:00",
    "Start": "2026-01-01T10:01:00",
    "End": "2026-01-01T10:02:00",
    "State": "COMPLETED",
    "ExitCode": "0:0",
}


def parse(zone: str = "UTC", realm: str = "", header: str = HEADER, **changed: str) -> WorkloadJob:
    """The job in a good line, some of its columns changed."""
    row = GOOD | changed
    parser = SacctParser(source="slurm", realm=realm, zone=ZoneInfo(zone))
    assert parser.parse(header) is None
    job = parser.parse("|".join(row[column] for column in header.split("|")))
    assert job is not None
    return job


def at(hour: int, minute: int, second: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 10, day, hour, minute, second, tzinfo=UTC)


def sample() -> dict[str, WorkloadJob]:
    parser = SacctParser(source="slurm", zone=ZoneInfo("Europe/Berlin"))
    jobs = [job for text in SMALL_SACCT.read_text().splitlines() if (job := parser.parse(text))]
    return {job.number: job for job in jobs}


def test_steps_are_no_jobs_and_array_tasks_and_parts_of_coupled_jobs_are() -> None:
    assert list(sample()) == [
        *("4101", "4102", "4103", "4104", "4105", "4106", "4107", "4108_7", "4109+1"),
        *("4110_[1-40%4]", "4111", "4112", "4113"),
    ]


def test_a_completed_job() -> None:
    assert sample()["4101"] == WorkloadJob(
        source="fjord",
        number="4101",
        name="align-reads",
        username="amara",
        changes=(
            Change(JobState.PENDING, at(6, 0)),  # Berlin is two hours ahead in October
            Change(JobState.RUNNING, at(6, 0, 30)),
            Change(JobState.COMPLETED, at(7, 10)),
        ),
    )


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (
            "4102",
            [
                ("PENDING", at(6, 1), None),
                ("RUNNING", at(6, 2), None),
                ("FAILED", at(6, 2, 5), "Exit code 1."),
            ],
        ),
        (
            "4103",
            [
                ("PENDING", at(6, 3), None),
                ("RUNNING", at(6, 4), None),
                (
                    "FAILED",
                    at(8, 4, 7),
                    "TIMEOUT: it reached its time limit (02:00:00). Killed by signal 15 (SIGTERM).",
                ),
            ],
        ),
        (
            "4104",
            [
                ("PENDING", at(6, 5), None),
                ("RUNNING", at(6, 5, 10), None),
                (
                    "FAILED",
                    at(6, 30),
                    OUT_OF_MEMORY,
                ),
            ],
        ),
        (
            "4105",
            [
                ("PENDING", at(6, 6), None),
                ("CANCELLED", at(6, 7), "Cancelled by user 1234 before it started."),
            ],
        ),
        (
            "4106",
            [
                ("PENDING", at(6, 6, 30), None),
                ("CANCELLED", at(6, 9), "Cancelled by user 1234 before it started."),
            ],
        ),
        (
            "4107",
            [
                ("PENDING", at(6, 8), None),
                ("RUNNING", at(6, 8, 10), None),
                ("CANCELLED", at(6, 20), "Cancelled."),
            ],
        ),
        (
            "4108_7",
            [
                ("PENDING", at(6, 10), None),
                ("RUNNING", at(6, 10, 5), None),
                (
                    "FAILED",
                    at(6, 11),
                    "NODE_FAIL: a node it ran on failed. Exit code 1. Slurm's reason: NodeDown.",
                ),
            ],
        ),
        ("4109+1", [("PENDING", at(6, 12), None), ("RUNNING", at(6, 12, 5), None)]),
        ("4110_[1-40%4]", [("PENDING", at(6, 13), "Waiting: Resources.")]),
        (
            "4111",  # submitted before the clocks went back, started in the hour that came twice
            [
                ("PENDING", at(0, 50, day=25), None),
                ("RUNNING", at(1, 10, day=25), None),
                ("COMPLETED", at(1, 20, day=25), None),
            ],
        ),
        (
            "4112",
            [
                ("PENDING", at(6, 14), None),
                ("RUNNING", at(6, 14, 1), None),
                ("FAILED", at(6, 14, 2), "Killed by signal 11 (SIGSEGV)."),
            ],
        ),
        (
            "4113",
            [
                ("PENDING", at(2, 45), None),
                ("RUNNING", at(2, 46), None),
                ("CANCELLED", at(2, 47), "PREEMPTED: it had to make way for another job."),
            ],
        ),
    ],
)
def test_history_of_each_kind(number: str, changes: list[tuple[str, datetime, str | None]]) -> None:
    assert [(change.state, change.at, change.message) for change in sample()[number].changes] == [
        (JobState(state), time, message) for state, time, message in changes
    ]


def test_names_accounts_and_sources() -> None:
    jobs = sample()
    assert jobs["4102"].name == "call|variants"  # a bar in a name is not escaped by sacct
    assert jobs["4103"].username == "jonas@LAB"
    assert jobs["4112"].username is None
    assert jobs["4113"].source == "slurm"


def test_a_realm_follows_the_account_name() -> None:
    assert parse(realm="fjord.example").username == "mei@fjord.example"
    assert parse(realm="fjord.example", User="mei@home").username == "mei@home"


def test_a_job_without_a_name_is_called_by_its_number() -> None:
    assert parse(JobName="  ").name == "job 7"
    assert parse(header="State|End|Start|Submit|JobID").name == "job 7"
    assert parse(header="State|End|Start|Submit|JobID").username is None


def test_unix_times_are_times_too() -> None:
    assert parse(Submit="1767261600").submitted_at == datetime(2026, 1, 1, 10, tzinfo=UTC)


def test_a_raw_number_serves_where_there_is_no_other() -> None:
    parser = SacctParser(source="slurm")
    parser.parse("JobIDRaw|Submit|Start|End|State|")
    job = parser.parse("12|2026-01-01T10:00:00|None|Unknown|PENDING|")
    assert job is not None
    assert job.number == "12"


def test_a_header_in_the_middle_changes_the_order() -> None:
    parser = SacctParser(source="slurm")
    parser.parse("JobID|State|Submit|Start|End")
    parser.parse("JobID|Submit|Start|End|State")
    job = parser.parse("12|2026-01-01T10:00:00|None|Unknown|PENDING")
    assert job is not None
    assert [change.state for change in job.changes] == [JobState.PENDING]


def test_a_header_in_the_middle_that_lacks_columns_is_a_bad_line() -> None:
    parser = SacctParser(source="slurm")
    parser.parse(HEADER)
    with pytest.raises(BadLine, match="the header line lacks submit, start, end, state"):
        parser.parse("JobID|JobName")


def test_a_run_that_was_requeued_is_over_and_a_job_that_waits_again_is_not() -> None:
    run = parse(State="REQUEUED")
    assert [change.state for change in run.changes] == ["PENDING", "RUNNING", "CANCELLED"]
    assert run.changes[-1].message == "REQUEUED: this run was given up and the job queued again."
    waiting = parse(State="REQUEUED", End="Unknown")
    assert [change.state for change in waiting.changes] == ["PENDING"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"JobID": "seven"}, "not a job number: 'seven'"),
        ({"JobID": ""}, "not a job number: ''"),
        ({"State": "DONE"}, "not a state of Slurm: 'DONE'"),
        ({"State": ""}, "not a state of Slurm: ''"),
        ({"Submit": "Unknown"}, "its time of submission is unknown"),
        ({"Submit": "yesterday"}, "its submit is no time: 'yesterday'"),
        ({"Submit": "2026-02-30T10:00:00"}, "its submit is no time: '2026-02-30T10:00:00'"),
        (
            {"Start": "0001-01-01T00:00:00+14:00"},
            "its start is no time: '0001-01-01T00:00:00+14:00'",
        ),
        ({"End": "Unknown"}, "it is COMPLETED, but its end is unknown"),
        ({"Start": "None"}, "it completed, but no start is known"),
        ({"State": "RUNNING", "Start": "Unknown"}, "it is RUNNING, but its start is unknown"),
        (
            {"Start": "2026-01-01T09:59:59"},
            f"it started at {DAY} 09:59:59+00:00, before its submission at {DAY} 10:00:00+00:00",
        ),
        (
            {"End": "2026-01-01T10:00:30"},
            f"it ended at {DAY} 10:00:30+00:00, before it was RUNNING at {DAY} 10:01:00+00:00",
        ),
        ({"User": "not a name"}, "not a name that an account can have: 'not a name'"),
        ({"JobName": "a\tb"}, "A name must not contain control characters or line breaks."),
        ({"JobName": "x" * 201}, "A name has at most 200 characters, not 201."),
    ],
)
def test_bad_lines_say_why(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(BadLine) as caught:
        parse(**changed)
    assert str(caught.value) == reason


def test_a_line_of_another_shape_is_bad() -> None:
    parser = SacctParser(source="slurm")
    parser.parse(HEADER)
    with pytest.raises(BadLine, match="3 columns instead of 8"):
        parser.parse("7|name|mei")


def test_a_surplus_that_may_belong_to_either_of_two_columns_is_bad() -> None:
    parser = SacctParser(source="slurm")
    parser.parse(f"{HEADER}|Comment")
    with pytest.raises(BadLine, match="10 columns instead of 9"):
        parser.parse("|".join([*GOOD.values(), "a|b"]))


@pytest.mark.parametrize("header", ["7|name|mei", "JobID|JobName", "JobID  State", "JobID"])
def test_without_a_header_nothing_can_be_read(header: str) -> None:
    with pytest.raises(UnreadableTrace, match="the header line lacks"):
        SacctParser(source="slurm").parse(header)


times = st.one_of(
    st.sampled_from(["Unknown", "None", "", "2026-10-25T02:30:00", "9999-12-31T23:59:59-12:00"]),
    st.datetimes().map(lambda time: time.isoformat(timespec="seconds")),
    st.text(max_size=25),
)
states = st.one_of(
    st.sampled_from(sorted({*ENDED, *WAITING, *UNDER_WAY, "CANCELLED by 7"})), st.text(max_size=9)
)
cells = st.text(max_size=12)


@settings(deadline=None)  # a loaded machine is slow, not wrong
@given(
    st.one_of(
        st.text(),
        st.tuples(st.sampled_from(["7", "7_1", "7.0"]) | cells, cells, cells, times, times, times)
        .flatmap(lambda row: st.tuples(*map(st.just, row), states, st.just("1:0") | cells))
        .map("|".join),
    )
)
def test_any_line_is_a_legal_job_or_a_bad_line(text: str) -> None:
    parser = SacctParser(source="slurm", zone=ZoneInfo("Europe/Berlin"))
    parser.parse(HEADER)
    with contextlib.suppress(BadLine):
        job = parser.parse(text)
        assert job is None or is_legal(job)
