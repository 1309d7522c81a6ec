"""Reads of jobs."""

from collections.abc import Collection
from uuid import UUID

from backend.jobs.filters import JobFilter, among_states
from backend.jobs.keyset import Ordering, Page, Slice
from backend.jobs.pages import read_page
from backend.jobs.records import JobRecord
from backend.jobs.selectors.rows import JOBS, job_record
from backend.jobs.statements import rows_with


def jobs_page(where: JobFilter, ordering: Ordering, page: Page) -> Slice[JobRecord]:
    """One page of the jobs that the filter admits, in that order."""
    among = among_states(where.states)
    found = read_page(JOBS, where.conditions(), ordering, page, among=among)
    return Slice([job_record(row) for row in found.rows], found.has_next, found.has_previous)


def jobs_by_id(job_ids: Collection[UUID]) -> dict[UUID, JobRecord]:
    """The jobs with these ids; what does not exist is left out."""
    return {row[0]: job_record(row) for row in rows_with(JOBS, job_ids)}
