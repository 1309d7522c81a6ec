"""The tables of the domain, whole, to tell whether anything was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from backend.jobs.models import Job, JobStatus
from backend.jobs.services.appending import Entry


class Dump(NamedTuple):
    """Every column of every row of both tables, by id."""

    jobs: list[dict[str, Any]]
    statuses: list[dict[str, Any]]


def dump() -> Dump:
    """Both tables as they stand."""
    return Dump(
        jobs=[dict(row) for row in Job.objects.order_by("id").values()],
        statuses=[dict(row) for row in JobStatus.objects.order_by("id").values()],
    )


def job_row(job_id: UUID) -> dict[str, Any]:
    """Every column of one job."""
    return dict(Job.objects.values().get(id=job_id))


def history(job_id: UUID) -> list[dict[str, Any]]:
    """Every column but the id of a job's entries, oldest first."""
    rows = JobStatus.objects.filter(job_id=job_id).order_by("id").values()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@contextmanager
def unchanged_tables() -> Iterator[None]:
    """Assert that the block wrote nothing."""
    before = dump()
    yield
    assert dump() == before


def impossible(*values: Any, **named: Any) -> Entry:
    """An entry that the table refuses, in place of the one that is asked for."""
    return Entry(*values, **named)._replace(state="NOWHERE")  # type: ignore[arg-type]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what the block writes: one example of a property leaves the next one nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
