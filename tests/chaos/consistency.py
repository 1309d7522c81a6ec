"""Whether what the API tells agrees with itself: the log, the histories, the jobs, the counts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.chaos.record import FINISHED, INITIAL, MOVES, Entry, Found, Job


def complaints(found: Found) -> Iterator[str]:
    """Everything that does not agree."""
    yield from _of_the_log(found)
    for job in found.jobs:
        yield from _of_a_job(job, found)
    yield from _of_the_counts(found)


def _of_the_log(found: Found) -> Iterator[str]:
    for kind in ("cursor", "id"):
        values = Counter(getattr(entry, kind) for entry in found.log)
        yield from (f"{kind} {value} is there {n} times" for value, n in values.items() if n > 1)
    histories = {job.id: job.entries for job in found.jobs}
    logged = {job: tuple(entry.id for entry in life) for job, life in found.lives.items()}
    for job in histories.keys() | logged.keys():
        if logged.get(job) != histories.get(job):
            yield f"{job}: the log says {logged.get(job)}, the history {histories.get(job)}"
    if len(histories) != len(found.jobs):
        yield "a job is listed twice"


def _of_a_job(job: Job, found: Found) -> Iterator[str]:
    """Whether the history is a legal life, and the job its newest entry."""
    entries = found.lives.get(job.id)
    if not entries:
        yield f"{job.id} has no history"
        return
    if (entries[0].state, entries[0].previous) != (INITIAL, None):
        yield f"{job.id} begins with {entries[0]}"
    for before, after in pairwise(entries):
        if after.previous != before.state or after.state not in MOVES[before.state]:
            yield f"{job.id} goes from {before.state} to {after.previous} -> {after.state}"
        if after.created_at < before.created_at:
            yield f"{job.id} goes back in time: {before.created_at}, {after.created_at}"
    expected = Job(
        id=job.id,
        name=entries[0].name,
        state=entries[-1].state,
        version=len(entries),
        created_at=entries[0].created_at,
        state_changed_at=entries[-1].created_at,
        started_at=_ran(entries),
        finished_at=entries[-1].created_at if entries[-1].state in FINISHED else None,
        by=entries[0].by,
        entries=tuple(entry.id for entry in entries),
    )
    if job != expected:
        yield f"{job} is not what its history makes it: {expected}"


def _ran(entries: Sequence[Entry]) -> str | None:
    """When the job last began to run, since it was last pending."""
    ran = None
    for entry in entries:
        if entry.state in {INITIAL, "RUNNING"}:
            ran = None if entry.state == INITIAL else entry.created_at
    return ran


def _of_the_counts(found: Found) -> Iterator[str]:
    counted = Counter(job.state for job in found.jobs)
    if Counter({state: n for state, n in found.counts.items() if n}) != counted:
        yield f"jobCounts says {found.counts}, there are {counted}"
    if found.total_jobs != len(found.jobs):
        yield f"the total says {found.total_jobs} jobs, there are {len(found.jobs)}"
    if found.total_entries != len(found.log):
        yield f"the total says {found.total_entries} entries, there are {len(found.log)}"
