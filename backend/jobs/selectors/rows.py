"""Which columns a record is made of, and records made of them."""

from typing import Any, Final

from backend.jobs.lifecycle import JobState
from backend.jobs.records import JobRecord, StatusRecord

JOB_COLUMNS: Final = JobRecord._fields
STATUS_COLUMNS: Final = StatusRecord._fields
STATE: Final = {state.value: state for state in JobState}


def job_record(row: tuple[Any, ...]) -> JobRecord:
    """A job from a row of JOB_COLUMNS."""
    return JobRecord(row[0], row[1], STATE[row[2]], *row[3:])


def status_record(row: tuple[Any, ...]) -> StatusRecord:
    """A history entry from a row of STATUS_COLUMNS."""
    previous = row[3]
    return StatusRecord(
        row[0], row[1], STATE[row[2]], None if previous is None else STATE[previous], *row[4:]
    )
