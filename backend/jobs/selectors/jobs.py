"""Reads of jobs."""

from collections.abc import Collection
from uuid import UUID

from backend.database.steps import Steps, asks, rows_with
from backend.jobs.filters import JobFilter, among_states
from backend.jobs.keyset import Ordering, Page, Slice
from backend.jobs.pages import read_page
from backend.jobs.records import JobRecord
from backend.jobs.tables import JOBS


@asks
def jobs_page(where: JobFilter, ordering: Ordering, page: Page) -> Steps[Slice[JobRecord]]:
    """One page of the jobs that the filter admits, in that order."""
    among = among_states(where.states)
    return (yield from read_page(JOBS, where.conditions(), ordering, page, among=among))


@asks
def jobs_by_id(job_ids: Collection[UUID]) -> Steps[dict[UUID, JobRecord]]:
    """The jobs with these ids; what does not exist is left out."""
    rows = yield rows_with(JOBS, job_ids)
    return {job.id: job for job in map(JobRecord.of, rows)}
