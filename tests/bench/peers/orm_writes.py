"""The two writes as anybody would write them with Django's ORM: lock, check, insert, update."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backend.jobs import ids
from backend.jobs.lifecycle import JobState, is_finished, may_move
from backend.jobs.models import Job, JobStatus


@transaction.atomic
def set_job_status(job_id: UUID, state: str, message: str | None) -> JobStatus:
    """Append to the job's history and move the job with it."""
    job = Job.objects.select_for_update().get(pk=job_id)
    target = JobState(state)
    if not may_move(JobState(job.state), target):
        msg = f"A job that is {job.state} can not become {state}."
        raise ValueError(msg)
    at = max(timezone.now(), job.state_changed_at)
    entry = JobStatus.objects.create(
        job=job,
        state=state,
        previous_state=job.state,
        message=message,
        created_at=at,
        set_by_id=1,
    )
    job.state, job.state_changed_at, job.version = state, at, job.version + 1
    if target in {JobState.RUNNING, JobState.PENDING}:
        job.started_at = at if target is JobState.RUNNING else None
    job.finished_at = at if is_finished(target) else None
    job.save()
    return entry


@transaction.atomic
def create_job(name: str) -> Job:
    """Create a job in PENDING with the first entry of its history."""
    now = timezone.now()
    job = Job.objects.create(
        id=ids.mint(now),
        name=name,
        name_folded=name.casefold(),
        state="PENDING",
        state_changed_at=now,
        version=1,
        created_at=now,
        created_by_id=1,
    )
    JobStatus.objects.create(job=job, state="PENDING", created_at=now, set_by_id=1)
    return job
