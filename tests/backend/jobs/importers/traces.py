"""The traces that the tests read, and what a job of theirs must be whatever the input."""

import gzip
import io
from itertools import pairwise
from pathlib import Path

from backend.jobs import ids
from backend.jobs.importers.workload import WorkloadJob
from backend.jobs.lifecycle import JobState, may_move

SAMPLES = Path(__file__).parent / "samples"
SMALL_SWF = SAMPLES / "small.swf"
SMALL_SACCT = SAMPLES / "small.sacct"
# 43,778 jobs of a real machine, too large and not ours to commit: beside the checkout, where given.
ATLAS = Path(__file__).parents[5] / "shared" / "data" / "LLNL-Atlas-2006-2.1-cln.swf.gz"
NO_ATLAS = f"THE REAL TRACE IS NOT THERE, only the small sample was tested: {ATLAS}"


def stream(content: bytes) -> io.BufferedReader:
    """The bytes as an open file."""
    return io.BufferedReader(io.BytesIO(content))


def zipped(content: bytes) -> bytes:
    """The bytes as gzip would store them."""
    return gzip.compress(content, mtime=0)


def is_legal(job: WorkloadJob) -> bool:
    """Whether the job can have lived like that: moves of the lifecycle, times in order, in UTC."""
    changes = job.changes
    return (
        changes[0].state is JobState.PENDING
        and all(may_move(before.state, after.state) for before, after in pairwise(changes))
        and all(before.at <= after.at for before, after in pairwise(changes))
        and all(str(change.at.tzinfo) == "UTC" for change in changes)
        and ids.created_at(job.id) == job.submitted_at
    )
