"""Writes changes through the services at a steady rate, from a process of its own.

`python -m tests.bench.streams.writer RATE SECONDS FILE`: prints READY, waits for a line, writes,
and leaves the position and the time of commit of each change in the file. A transaction holds the
history of one job: the machine's time is for who reads, not for who writes.
"""

import sys
import time
from array import array
from itertools import count
from pathlib import Path
from typing import Final

import django

STATES: Final = ("PENDING", "RUNNING", "FAILED", "PENDING", "RUNNING")  # of each job


def main(rate: float, seconds: float, file: Path) -> None:
    """Write, and tell what was written."""
    django.setup(set_prefix=False)
    from django.utils import timezone  # noqa: PLC0415 (needs the settings)

    from backend.jobs import ids  # noqa: PLC0415
    from backend.jobs.lifecycle import JobState  # noqa: PLC0415
    from backend.jobs.models import JobStatus  # noqa: PLC0415
    from backend.jobs.services.record_histories import (  # noqa: PLC0415
        Entry,
        History,
        record_histories,
    )

    positions, times = array("q"), array("d")
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began = time.monotonic()
    for number in count():
        due = began + number * len(STATES) / rate
        if due >= began + seconds:
            break
        time.sleep(max(due - time.monotonic(), 0))
        now = timezone.now()
        entries = [Entry(JobState(state), now, "as measured") for state in STATES]
        job = History(ids.mint(now), f"job {number}", None, entries)
        record_histories([job])
        committed = time.time()
        written = JobStatus.objects.filter(job_id=job.job_id).order_by("id")
        positions.extend(written.values_list("id", flat=True))
        times.extend([committed] * len(STATES))
    with file.open("wb") as out:
        array("q", [len(positions)]).tofile(out)
        positions.tofile(out)
        times.tofile(out)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
