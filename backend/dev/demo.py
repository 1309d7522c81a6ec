"""The development server with something going on: generated work is replayed through its API.

A day passes in a minute and a half. The replay is a client like any other, waits until the server
answers, and ends with it.
"""

import os
import signal
import subprocess
import sys

from backend.dev.processes import ended_with_us
from backend.dev.serve import HOST, main

SPEED = 960  # times faster than life
JOBS = 6000  # of a week and a half, so that every moment of it sees some


def replay() -> "subprocess.Popen[bytes]":
    """Start the replay against the server that is about to come up."""
    url = f"http://{HOST}:{os.environ.get('PORT') or 8000}/graphql"
    return subprocess.Popen(
        [
            *(sys.executable, "backend/manage.py", "replay", "--generate"),
            *("--jobs", str(JOBS), "--speed", str(SPEED)),
            *("--url", url, "--username", "operator"),
        ],
        env={**os.environ, "JOBTRAIL_PASSWORD": "operator"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=ended_with_us(signal.SIGTERM),
    )


if __name__ == "__main__":
    playing = replay()
    try:
        code = main()
    finally:
        playing.terminate()
        playing.wait()
    sys.exit(code)
