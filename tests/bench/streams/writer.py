"""Writes changes through the services at a steady rate, from a process of its own.

`python -m tests.bench.streams.writer RATE SECONDS FILE`: prints READY, waits for a line, writes,
and leaves the position and the time of commit of each change in the file.
"""

import sys
import time
from array import array
from itertools import count
from pathlib import Path
from typing import Final

import django

STATES: Final = ("RUNNING", "FAILED", "PENDING")  # round and round
JOBS: Final = 50


def main(rate: float, seconds: float, file: Path) -> None:
    """Write, and tell what was written."""
    django.setup(set_prefix=False)
    from backend.accounts.models import User  # noqa: PLC0415 (needs the settings)
    from backend.jobs.lifecycle import JobState  # noqa: PLC0415
    from backend.jobs.services import create_job, set_job_status  # noqa: PLC0415

    actor = User.objects.values_list("id", flat=True)[0]
    jobs = [create_job(name=f"job {number}", actor_id=actor).id for number in range(JOBS)]
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.readline()
    positions, times = array("q"), array("d")
    began = time.monotonic()
    for number in count():
        due = began + number / rate
        if due >= began + seconds:
            break
        time.sleep(max(due - time.monotonic(), 0))
        round_, job = divmod(number, JOBS)
        change = set_job_status(
            job_id=jobs[job], state=JobState(STATES[round_ % len(STATES)]), actor_id=actor
        )
        times.append(time.time())
        positions.append(change.status.id)
    with file.open("wb") as out:
        array("q", [len(positions)]).tofile(out)
        positions.tofile(out)
        times.tofile(out)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
