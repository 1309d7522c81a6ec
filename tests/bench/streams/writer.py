"""Writes changes through the services at a steady rate, from a process of its own.

`python -m tests.bench.streams.writer RATE SECONDS FILE`: prints READY, waits for a line, writes,
and leaves the position and the time of commit of each change in the file.
"""

import sys
import time
from array import array
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Final

import django

STATES: Final = ("RUNNING", "FAILED", "PENDING")  # round and round
JOBS: Final = 40
THREADS: Final = 4  # a job is always changed by the same one


def main(rate: float, seconds: float, file: Path) -> None:
    """Write, and tell what was written."""
    django.setup(set_prefix=False)
    from django.db import connection  # noqa: PLC0415 (needs the settings)

    from backend.accounts.models import User  # noqa: PLC0415
    from backend.jobs.lifecycle import JobState  # noqa: PLC0415
    from backend.jobs.services import create_job, set_job_status  # noqa: PLC0415

    actor = User.objects.values_list("id", flat=True)[0]
    jobs = [create_job(name=f"job {number}", actor_id=actor).id for number in range(JOBS)]
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.readline()
    began = time.monotonic()

    def write(thread: int) -> list[tuple[int, float]]:
        """Every fourth change, each committed before the next: a commit waits for the disk."""
        written: list[tuple[int, float]] = []
        for number in count(thread, THREADS):
            due = began + number / rate
            if due >= began + seconds:
                connection.close()
                return written
            time.sleep(max(due - time.monotonic(), 0))
            round_, job = divmod(number, JOBS)
            state = JobState(STATES[round_ % len(STATES)])
            change = set_job_status(job_id=jobs[job], state=state, actor_id=actor)
            written.append((change.status.id, time.time()))
        raise AssertionError

    with ThreadPoolExecutor(THREADS) as threads:
        written = sorted(each for part in threads.map(write, range(THREADS)) for each in part)
    with file.open("wb") as out:
        array("q", [len(written)]).tofile(out)
        array("q", [position for position, _ in written]).tofile(out)
        array("d", [at for _, at in written]).tofile(out)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
