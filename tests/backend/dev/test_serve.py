"""The development server: ready to use on an empty database, and gone when told to go."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

SERVE = [sys.executable, "-m", "backend.dev.serve"]
PATIENCE = 60  # seconds that a busy machine may take
WELCOME = r"""
  Dashboard  (http://127\.0\.0\.1:\d+/|not built)
  GraphQL    http://127\.0\.0\.1:(?P<port>\d+)/graphql
  Health     http://127\.0\.0\.1:\d+/healthz
  Sign in    viewer / viewer   operator / operator   admin / admin
  Database   SQLite, (?P<database>.+)
  Stop       Ctrl-C
"""


@pytest.fixture
def database(bare_machine: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An SQLite file that is not there yet, and any free port to serve it on."""
    file = tmp_path / "jobtrail.sqlite3"
    bare_machine.setenv("JOBTRAIL_SQLITE_PATH", str(file))
    bare_machine.setenv("DEMO_JOBS", "20")
    bare_machine.setenv("PORT", "0")
    return file


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], re.Match[str]]]:
    """The running server and its welcome."""
    with subprocess.Popen(
        SERVE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "Ctrl-C" in line:
                    break
            welcome = re.search(WELCOME, "".join(lines))
            assert welcome is not None, lines
            yield process, welcome
        finally:
            process.kill()


def count(database: Path, table: str) -> int:
    """How many rows the table has."""
    with closing(sqlite3.connect(database)) as connection:
        rows: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        return rows


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_fills_an_empty_database_serves_and_stops_when_told(
    signum: signal.Signals, database: Path
) -> None:
    with serving() as (process, welcome):
        assert welcome["database"] == str(database)
        with closing(HTTPConnection("127.0.0.1", int(welcome["port"]), timeout=PATIENCE)) as http:
            http.request("GET", "/healthz")
            assert http.getresponse().status == 200

        process.send_signal(signum)

        assert process.wait(PATIENCE) == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(welcome["port"])))
    assert count(database, "jobs_job") == 20
    assert count(database, "accounts_user WHERE password LIKE 'argon2%'") == 3


def test_a_second_start_adds_nothing(
    database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for jobs in ("5", "7"):
        monkeypatch.setenv("DEMO_JOBS", jobs)
        with serving() as (process, _):
            process.terminate()
            assert process.wait(PATIENCE) == 0

    assert count(database, "jobs_job") == 5
    assert database.parent == tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
@pytest.mark.usefixtures("database")
def test_nothing_goes_on_serving_after_a_kill() -> None:
    with serving() as (process, welcome):
        address = ("127.0.0.1", int(welcome["port"]))
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"

            process.kill()

            while connection.recv(4096):  # until the other end is gone
                pass


def test_a_taken_port_is_told_before_anything_is_written(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        done = subprocess.run(SERVE, capture_output=True, check=False, text=True)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Port {port} is taken: stop what listens there, or choose another with PORT=...\n"
    )
    assert not database.exists()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "http", "PORT must be a whole number, not 'http'.\n"),
        ("PORT", "-1", "PORT must be a whole number, not '-1'.\n"),
        ("PORT", "65536", "Port 65536 can not be used: bind(): port must be 0-65535.\n"),
        ("DEMO_JOBS", "many", "DEMO_JOBS must be a whole number, not 'many'.\n"),
        (
            "JOBTRAIL_ENV",
            "production",
            "This server is for development; JOBTRAIL_ENV says production.\n",
        ),
    ],
)
def test_what_it_can_not_serve_is_told_before_anything_is_written(
    variable: str, value: str, message: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("JOBTRAIL_SECRET_KEY", "JOBTRAIL_JWT_KEY"):
        monkeypatch.setenv(key, os.urandom(32).hex())
    monkeypatch.setenv(variable, value)

    done = subprocess.run(SERVE, capture_output=True, check=False, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)
    assert not database.exists()
