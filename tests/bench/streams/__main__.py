"""`python -m tests.bench.streams`: many subscribers of one server process, and a quiet one.

Starts a PostgreSQL of its own, a server as in production, a writer and the subscribers, each in
a process of its own. Prints the figures; nothing here passes or fails but the subscribers' ids.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from backend.dev.processes import end_on_signals
from tests.bench.cluster import Cluster, cluster
from tests.bench.http import graphql
from tests.bench.peers.ours import LOG_IN, Ours
from tests.bench.server import Server

SETTLE: Final = 5.0  # seconds until everybody has connected and nothing else is going on
ACCOUNT: Final = "bench"


class Streaming(Ours):
    """The application, with room for that many streams of one account."""

    def __init__(self, subscribers: int) -> None:
        super().__init__()
        self.environment = {  # type: ignore[misc]
            **Ours.environment,
            "JOBTRAIL_STREAMS_PER_ACCOUNT": str(subscribers),
            "DJANGO_SETTINGS_MODULE": "backend.config.settings",
        }


def main() -> int:
    """Run what the arguments say; 1 where a subscriber missed something."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.streams")
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=200, help="changes per second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--idle", type=float, default=20, help="seconds of one quiet subscriber")
    options = parser.parse_args()
    end_on_signals()
    with cluster() as database, tempfile.TemporaryDirectory() as folder:
        peer = Streaming(options.subscribers + 1)
        environment = os.environ | database.variables | peer.environment
        _prepare(environment)
        server = Server(peer, database, Path(folder))
        try:
            token = _token(server)
            _say("load average: " + " ".join(f"{load:.1f}" for load in os.getloadavg()))
            with _subscribers(server, token, 1, environment):
                _say(f"one quiet subscriber: {_idle(server, database, options.idle)}")
            result = _busy(server, database, token, environment, options, Path(folder) / "written")
            _say("load average: " + " ".join(f"{load:.1f}" for load in os.getloadavg()))
        finally:
            server.stop()
            sys.stderr.write(server.log.read_text()[:2000])  # the first trouble is the cause
    return 0 if result["exact"] == result["subscribers"] else 1


def _busy(  # noqa: PLR0917 (each is another part of the scene)
    server: Server,
    database: Cluster,
    token: str,
    environment: dict[str, str],
    options: argparse.Namespace,
    file: Path,
) -> dict[str, Any]:
    began = time.monotonic()
    with (
        _process("writer", options.rate, options.seconds, file, environment=environment) as writer,
        _subscribers(server, token, options.subscribers, environment) as subscribers,
    ):
        _say(f"{options.subscribers:,} connected and ready after {time.monotonic() - began:.1f} s")
        time.sleep(SETTLE)
        before, database_before = server.cpu_seconds(), database.cpu_seconds()
        memory = [server.resident_bytes()]
        began = time.monotonic()
        _tell(writer, "go")
        while writer.poll() is None:
            time.sleep(min(options.seconds / 10, 30))
            memory.append(server.resident_bytes())
        lasted = time.monotonic() - began
        _tell(subscribers, str(file))
        result: dict[str, Any] = json.loads(_answer(subscribers))
        cpu = server.cpu_seconds() - before
        database_cpu = database.cpu_seconds() - database_before
    deliveries = max(result["events"] * result["subscribers"], 1)
    _say(
        f"{result['events']:,} changes in {lasted:.0f} s, {deliveries:,} deliveries: "
        f"{result['exact']:,} of {result['subscribers']:,} subscribers got exactly those in order, "
        f"{result['lost_connections']} connections were lost"
    )
    if result["p50"] is not None:
        _say(
            f"from commit to subscriber: p50 {result['p50'] * 1000:.0f} ms, "
            f"p99 {result['p99'] * 1000:.0f} ms, longest {result['longest'] * 1000:.0f} ms"
        )
    _say(
        f"CPU: server {cpu / lasted:.0%} of a core, {cpu / deliveries * 1e6:.1f} us for each event "
        f"and subscriber; PostgreSQL {database_cpu / lasted:.0%} of a core; the subscribers "
        f"themselves {result['cpu_seconds']:.0f} s"
    )
    _say("memory over time, MB: " + " ".join(f"{size / 1e6:.0f}" for size in memory))
    return result


def _idle(server: Server, database: Cluster, seconds: float) -> str:
    time.sleep(SETTLE)
    before, database_before = server.cpu_seconds(), database.cpu_seconds()
    time.sleep(seconds)
    cpu, database_cpu = server.cpu_seconds() - before, database.cpu_seconds() - database_before
    return f"server {cpu / seconds:.2%} of a core, PostgreSQL {database_cpu / seconds:.2%}"


def _prepare(environment: dict[str, str]) -> None:
    manage = [sys.executable, "backend/manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True)
    create = [*manage, "create_account", ACCOUNT, "--role", "operator", "--password-stdin"]
    subprocess.run(create, env=environment, input=ACCOUNT * 4, text=True, check=True)


def _token(server: Server) -> str:
    variables = {"input": {"username": ACCOUNT, "password": ACCOUNT * 4}}
    answer = json.loads(server.ask(graphql(LOG_IN, variables)).body)
    return str(answer["data"]["logIn"]["session"]["accessToken"])


@contextmanager
def _subscribers(
    server: Server, token: str, count: int, environment: dict[str, str]
) -> Iterator["subprocess.Popen[str]"]:
    with _process("subscribers", server.port, token, count, environment=environment) as process:
        yield process


@contextmanager
def _process(
    module: str, *arguments: object, environment: dict[str, str]
) -> Iterator["subprocess.Popen[str]"]:
    """A process of this package, which is ready."""
    command = [sys.executable, "-m", f"tests.bench.streams.{module}", *map(str, arguments)]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        if _answer(process).strip() != "READY":
            raise RuntimeError(f"the {module} did not start")
        yield process
    finally:
        process.kill()
        process.wait()


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _answer(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
