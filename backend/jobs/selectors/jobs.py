"""Reads of jobs."""

from collections.abc import Collection
from uuid import UUID

from backend.jobs.filters import JobFilter, among_states
from backend.jobs.keyset import Ordering, Page, Slice
from backend.jobs.models import Job
from backend.jobs.pages import read_page
from backend.jobs.records import JobRecord
from backend.jobs.selectors.rows import JOB_COLUMNS, job_record


def jobs_page(where: JobFilter, ordering: Ordering, page: Page) -> Slice[JobRecord]:
    """One page of the jobs that the filter admits, in that order."""
    found = read_page(where.rows(), ordering, page, JOB_COLUMNS, among=among_states(where.states))
    return Slice([job_record(row) for row in found.rows], found.has_next, found.has_previous)


def jobs_by_id(job_ids: Collection[UUID]) -> dict[UUID, JobRecord]:
    """The jobs with these ids; what does not exist is left out."""
    rows = Job.objects.filter(id__in=job_ids).values_list(*JOB_COLUMNS)
    return {row[0]: job_record(row) for row in rows}
