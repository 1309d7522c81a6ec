"""The tables that are read, and records made of their rows."""

from typing import Any, Final

from backend.jobs.lifecycle import JobState
from backend.jobs.records import JobRecord, StatusRecord
from backend.jobs.statements import Table

JOBS: Final = Table("jobs_job", JobRecord)
STATUSES: Final = Table("jobs_jobstatus", StatusRecord)
STATE: Final = {state.value: state for state in JobState}


def job_record(row: tuple[Any, ...]) -> JobRecord:
    """A job from a row of JOBS."""
    return JobRecord(row[0], row[1], STATE[row[2]], *row[3:])


def status_record(row: tuple[Any, ...]) -> StatusRecord:
    """A history entry from a row of STATUSES."""
    previous = row[3]
    return StatusRecord(
        row[0], row[1], STATE[row[2]], None if previous is None else STATE[previous], *row[4:]
    )
