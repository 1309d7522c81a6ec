"""The only writers of jobs and their histories: one function a file, one transaction a call."""

from backend.jobs.services.create_job import create_job
from backend.jobs.services.set_job_status import StatusChange, set_job_status

__all__ = ["StatusChange", "create_job", "set_job_status"]
