"""A PostgreSQL in a container, where Docker's engine and its compose plug-in both answer."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

COMPOSE_FILE = Path(__file__).with_name("container.yml")
ANSWER_TIMEOUT = 10  # seconds; an engine that hangs is no engine


def engine_answers() -> bool:
    """Whether containers can be run: the client alone is often there without either."""
    if shutil.which("docker") is None:
        return False
    try:
        return all(
            subprocess.run(
                ["docker", *question],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=ANSWER_TIMEOUT,
            ).returncode
            == 0
            for question in (["info"], ["compose", "version"])
        )
    except subprocess.TimeoutExpired:
        return False


@contextlib.contextmanager
def container() -> Iterator[dict[str, str]]:
    """Start a container and yield the POSTGRES_* variables that lead to it; remove it after.

    Raises RuntimeError, with the engine's own words, where it does not start.
    """
    project = f"jobtrail-{uuid4().hex[:12]}"  # our own, so that no two collide
    try:
        _compose(project, "up", "--detach", "--wait", "--quiet-pull")
        address = _compose(project, "port", "postgres", "5432").strip()
        host, _, port = address.rpartition(":")
        yield {
            "POSTGRES_HOST": host,
            "POSTGRES_PORT": port,
            "POSTGRES_DB": "jobtrail",
            "POSTGRES_USER": "jobtrail",
            "POSTGRES_PASSWORD": "throwaway",
        }
    finally:
        _compose(project, "down", "--volumes", "--timeout", "0")


def _compose(project: str, *arguments: str) -> str:
    # In a session of its own: a Ctrl-C is for us, who then take the container down.
    done = subprocess.run(
        ["docker", "compose", "--project-name", project, "--file", COMPOSE_FILE, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        start_new_session=True,
    )
    if done.returncode:
        message = f"docker compose {arguments[0]} failed:\n{done.stderr}"
        raise RuntimeError(message)
    return done.stdout
