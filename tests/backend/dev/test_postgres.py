"""The throwaway PostgreSQL as a developer meets it: a command that runs other commands."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from backend.dev import private_server
from tests.backend.dev.conftest import DockerWith

ON_POSTGRES = [sys.executable, "-m", "backend.dev.postgres", "--"]
VARIABLES = """
import json, os
print(json.dumps({k: v for k, v in os.environ.items() if k.startswith("POSTGRES_")}), flush=True)
"""
FACTS = """
import json, os, psycopg
with psycopg.connect(
    host=os.environ["POSTGRES_HOST"],
    port=os.environ["POSTGRES_PORT"],
    dbname=os.environ["POSTGRES_DB"],
    user=os.environ["POSTGRES_USER"],
    password=os.environ["POSTGRES_PASSWORD"],
) as connection:
    settings = ["server_encoding", "fsync", "max_connections", "listen_addresses"]
    print(json.dumps([connection.execute(f"SHOW {name}").fetchone()[0] for name in settings]))
"""
PATIENCE = 60  # seconds that a busy machine may take
WAIT = "import signal; signal.pause()"


def python(*sources: str) -> list[str]:
    """A command that runs these pieces of Python."""
    return [sys.executable, "-c", "\n".join(sources)]


@contextmanager
def running(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The process of that command on PostgreSQL, and the variables that the command got."""
    with subprocess.Popen(
        [*ON_POSTGRES, *command], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process, json.loads(_output_of(process).readline())
        finally:
            process.kill()


def _output_of(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def open_connection(folder: str) -> socket.socket:
    """A bare connection to the server in the folder: it reads as ended when the server has."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE)
    connection.connect(f"{folder}/.s.PGSQL.5432")
    return connection


@pytest.mark.usefixtures("bare_machine")
def test_runs_a_command_on_a_server_of_its_own_and_returns_its_exit_code() -> None:
    done = subprocess.run(
        [*ON_POSTGRES, *python(VARIABLES, FACTS, "raise SystemExit(7)")],
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )

    variables, facts = map(json.loads, done.stdout.splitlines())
    folder = variables.pop("POSTGRES_HOST")
    assert done.returncode == 7
    assert facts == ["UTF8", "off", "200", ""]
    assert variables == {
        "POSTGRES_PORT": "5432",
        "POSTGRES_DB": "jobtrail",
        "POSTGRES_USER": "jobtrail",
        "POSTGRES_PASSWORD": "",
    }
    assert not Path(folder).exists()


@pytest.mark.usefixtures("bare_machine")
def test_passes_signals_on_and_leaves_nothing_behind() -> None:
    obedient = "signal.signal(signal.SIGTERM, lambda *_: exit(40))"
    with (
        running(python("import signal", obedient, VARIABLES, WAIT)) as (process, variables),
        open_connection(variables["POSTGRES_HOST"]) as connection,
    ):
        process.terminate()

        assert process.wait(PATIENCE) == 40
        assert connection.recv(1) == b""
        assert not Path(variables["POSTGRES_HOST"]).exists()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_command_ended_by_a_signal_is_told_as_a_shell_tells_it(
    signum: signal.Signals, bare_machine: pytest.MonkeyPatch
) -> None:
    bare_machine.setenv("POSTGRES_HOST", "database.example")
    untouched = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)"

    with running(python(untouched, VARIABLES, WAIT)) as (process, _):
        process.send_signal(signum)

        assert process.wait(PATIENCE) == 128 + signum


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
@pytest.mark.usefixtures("bare_machine")
def test_neither_server_nor_command_outlives_a_killed_runner() -> None:
    with (
        running(python(VARIABLES, WAIT)) as (process, variables),
        open_connection(variables["POSTGRES_HOST"]) as connection,
    ):
        process.kill()

        assert connection.recv(1) == b""  # the server is gone
        assert _output_of(process).read() == ""  # and so is the command, who held our pipe


@pytest.mark.usefixtures("bare_machine")
def test_two_at_once_do_not_meet() -> None:
    with private_server.private_server() as one, private_server.private_server() as other:
        assert one["POSTGRES_HOST"] != other["POSTGRES_HOST"]
        for variables in (one, other):
            done = subprocess.run(
                python(FACTS), env=os.environ | variables, stdout=subprocess.PIPE, check=True
            )
            assert json.loads(done.stdout) == ["UTF8", "off", "200", ""]


def test_a_configured_server_is_used_as_it_is(bare_machine: pytest.MonkeyPatch) -> None:
    bare_machine.setenv("POSTGRES_HOST", "database.example")
    bare_machine.setenv("POSTGRES_USER", "someone")

    done = subprocess.run([*ON_POSTGRES, *python(VARIABLES)], stdout=subprocess.PIPE, check=True)

    assert json.loads(done.stdout) == {
        "POSTGRES_HOST": "database.example",
        "POSTGRES_USER": "someone",
    }


ENGINE = 'case "$*" in *" port "*) echo 127.0.0.1:49321 ;; esac'


def without_project(calls: Path) -> list[str]:
    """The calls of docker, without the names that are new each time and the path of our file."""
    return [
        " ".join(
            word
            for word in line.split()
            if not word.startswith("jobtrail-") and not word.endswith("container.yml")
        )
        for line in calls.read_text().splitlines()
    ]


def test_an_engine_that_answers_runs_it_in_a_container(
    docker: DockerWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = docker(ENGINE)
    monkeypatch.delenv("POSTGRES_HOST", raising=False)

    done = subprocess.run([*ON_POSTGRES, *python(VARIABLES)], stdout=subprocess.PIPE, check=True)

    assert json.loads(done.stdout) == {
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": "49321",
        "POSTGRES_DB": "jobtrail",
        "POSTGRES_USER": "jobtrail",
        "POSTGRES_PASSWORD": "throwaway",
    }
    assert without_project(calls) == [
        "info",
        "compose version",
        "compose --project-name --file up --detach --wait --quiet-pull",
        "compose --project-name --file port postgres 5432",
        "compose --project-name --file down --volumes --timeout 0",
    ]
    projects = {line.split()[2] for line in calls.read_text().splitlines()[2:]}
    assert len(projects) == 1


def test_a_container_that_does_not_start_is_told_and_removed(
    docker: DockerWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = docker('case "$*" in *" up "*) echo no space left >&2; exit 1 ;; esac')
    monkeypatch.delenv("POSTGRES_HOST", raising=False)

    done = subprocess.run([*ON_POSTGRES, "true"], capture_output=True, check=False, text=True)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "docker compose up failed:\nno space left\n\n"
    assert without_project(calls)[-1] == "compose --project-name --file down --volumes --timeout 0"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "usage: python -m backend.dev.postgres -- COMMAND [ARGUMENT ...]\n"),
        (["--help"], 2, "usage: python -m backend.dev.postgres -- COMMAND [ARGUMENT ...]\n"),
        (
            ["no-such-command"],
            127,
            "no-such-command can not be run: No such file or directory\n",
        ),
    ],
)
def test_a_command_that_can_not_be_run(
    arguments: list[str], code: int, message: str, bare_machine: pytest.MonkeyPatch
) -> None:
    bare_machine.setenv("POSTGRES_HOST", "database.example")

    done: subprocess.CompletedProcess[Any] = subprocess.run(
        [*ON_POSTGRES[:-1], *arguments], capture_output=True, check=False, text=True
    )

    assert (done.returncode, done.stderr) == (code, message)
