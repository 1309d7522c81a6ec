"""Server processes of the test's own, to be killed and started again on the same port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

from backend.dev.processes import ended_with_us

ROOT: Final = Path(__file__).parents[2]
HOST: Final = "127.0.0.1"
PATIENCE: Final = 60.0  # seconds: a server may take ten to start


class Server:
    """One process, and the port that it serves whenever it runs.

    It ends with the thread that started it.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.port = free_port()
        self.process = self._started()

    @property
    def url(self) -> str:
        """Where GraphQL is served."""
        return f"http://{HOST}:{self.port}/graphql"

    def kill(self) -> None:
        """End it at once, without a word to anybody."""
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Start it again."""
        self.process = self._started()

    def ready(self) -> tuple[int, Any] | None:
        """The status and the body of /readyz; None where nobody answers."""
        with closing(HTTPConnection(HOST, self.port, timeout=10)) as connection:
            try:
                connection.request("GET", "/readyz")
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read())
            except (OSError, HTTPException):
                return None

    def until(self, status: int) -> Any:
        """Wait until /readyz answers so; the body it then has."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.ready()
            if answer is not None and answer[0] == status:
                return answer[1]
            time.sleep(0.02)
        raise AssertionError(f"/readyz never said {status}")

    def _started(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application"]
        return subprocess.Popen(
            [*command, "--port", str(self.port), "--log-level", "critical"],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.DEVNULL,
            preexec_fn=ended_with_us(signal.SIGKILL),  # noqa: PLW1509 (it execs at once)
        )


def prepare(variables: dict[str, str]) -> dict[str, str]:
    """Migrate the database and create the accounts of development; the servers' environment."""
    environment = {**os.environ, **variables}
    steps = "call_command('migrate', verbosity=0); call_command('create_dev_accounts')"
    command = ["shell", "--no-imports", "--command"]
    subprocess.run(
        [
            *(sys.executable, "backend/manage.py", *command),
            f"from django.core.management import call_command; {steps}",
        ],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    return environment


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
