"""The tables that are read."""

from typing import Final

from backend.database.records import Table
from backend.jobs.records import JobRecord, StatusRecord

JOBS: Final = Table("jobs_job", JobRecord)
STATUSES: Final = Table("jobs_jobstatus", StatusRecord)
