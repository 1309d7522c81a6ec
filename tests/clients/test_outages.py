"""Whatever breaks, every client comes back by itself, and has everything once and in order."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from unittest import mock

import httpx
import psycopg

from backend.dev import binaries, private_server
from backend.dev.processes import ended_with_us
from backend.jobs.orders import LOG
from backend.jobs.replay.client import Client, Credentials
from tests.event_source import following
from tests.server import Server

ROOT = Path(__file__).parents[2]
FOLLOW = "subscription { jobStatuses { cursor node { state job { name } } } }"
CREATE = "mutation($input: CreateJobInput!) { createJob(input: $input) { __typename } }"
READ = """query($after: String) {
  jobStatuses(first: 100, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } } }"""
BEGINNING = LOG.cursor((0,))
PATIENCE = 60  # seconds until the test gives up: a server may take ten to start
SECONDS = 1.0  # that everything works between two outages, or does not


class Database:
    """A PostgreSQL that can be stopped as a crash would."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.lock = Path(variables["POSTGRES_HOST"], "data", "postmaster.pid")
        self.process = Path("/proc", self.lock.read_text().split()[0])
        self.command = (self.process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        self.again: subprocess.Popen[bytes] | None = None

    def crash(self) -> None:
        """Stop at once, without a word to anybody."""
        os.kill(int(self.process.name), signal.SIGQUIT)
        while self.lock.exists():
            time.sleep(0.01)

    def start(self) -> None:
        """Come back, with everything that was committed."""
        folder = self.variables["POSTGRES_HOST"]
        self.again = subprocess.Popen(
            self.command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ended_with_us(signal.SIGQUIT),  # noqa: PLW1509 (it execs at once)
            **binaries.run_as(),
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), self._connect():
                return
            time.sleep(0.02)
        raise RuntimeError("PostgreSQL did not come back")

    def end(self) -> None:
        """Stop for good."""
        if self.again is not None:
            self.again.send_signal(signal.SIGQUIT)
            self.again.wait()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=self.variables["POSTGRES_HOST"],
            port=self.variables["POSTGRES_PORT"],
            dbname=self.variables["POSTGRES_DB"],
            user=self.variables["POSTGRES_USER"],
        )


class Follower(threading.Thread):
    """Follows from the beginning, and comes back after the last event it has seen."""

    def __init__(self, server: Server, token: str) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.token = token
        self.ids: list[str] = []
        self.returns = -1
        self.away = threading.Event()
        self.done = threading.Event()

    def run(self) -> None:
        """Until done, through whatever happens."""
        while not self.done.is_set():
            self.returns += 1
            with suppress(httpx.HTTPError, StopIteration, json.JSONDecodeError, AssertionError):
                self._follow()
            while self.away.is_set():
                time.sleep(0.01)
            time.sleep(0.05)

    def _follow(self) -> None:
        last = self.ids[-1] if self.ids else None
        with following(
            self.server.url, FOLLOW, token=self.token, last_event_id=last or BEGINNING
        ) as stream:
            while not self.done.is_set() and not self.away.is_set():
                block = stream.read()
                if block.event == "next":
                    assert block.change["node"]["state"] == "PENDING"
                    assert block.id is not None
                    self.ids.append(block.id)


class Writer(threading.Thread):
    """Creates jobs until done, each once, however often it has to ask."""

    def __init__(self, client: Client) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.written = 0
        self.done = threading.Event()

    def run(self) -> None:
        """Until done."""
        while not self.done.is_set():
            job = {"name": f"job {self.written}", "idempotencyKey": f"key {self.written}"}
            result = self.client.execute(CREATE, {"input": job})
            assert result == {"createJob": {"__typename": "CreateJobSuccess"}}
            self.written += 1


@contextmanager
def database() -> Iterator[Database]:
    """A PostgreSQL of the test's own, which keeps what it said was committed."""
    durable = mock.patch.dict(private_server.OPTIONS, {"synchronous_commit": "on"})
    with durable, private_server.private_server() as variables:
        running = Database(variables)
        try:
            yield running
        finally:
            running.end()


def manage(*arguments: str, environment: dict[str, str], text: str = "") -> None:
    command = [sys.executable, "backend/manage.py", *arguments]
    subprocess.run(
        command, cwd=ROOT, env=environment, input=text, text=True, check=True, capture_output=True
    )


def serve(port: int, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application"]
    return subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "critical"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
        preexec_fn=ended_with_us(signal.SIGKILL),  # noqa: PLW1509 (it execs at once)
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def whole_log(client: Client) -> list[str]:
    """All cursors, page by page."""
    cursors: list[str] = []
    after = None
    while True:
        page = client.execute(READ, {"after": after})["jobStatuses"]
        cursors += [edge["cursor"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return cursors


def test_clients_come_back_from_every_outage_without_a_gap_or_a_repetition() -> None:
    port = free_port()
    server = Server(port)
    with database() as postgresql:
        environment = {**os.environ, **postgresql.variables}
        manage("migrate", "--verbosity", "0", environment=environment)
        password = "correct horse battery staple"
        account = ["create_account", "ada", "--role", "operator", "--password-stdin"]
        manage(*account, environment=environment, text=password)
        process = serve(port, environment)
        credentials = Credentials(username="ada", password=password)
        with closing(Client(server.url, credentials, sleep=briefly)) as client:
            client.execute("{ viewer { username } }", {})
            assert client._token is not None
            followers = [Follower(server, client._token) for _ in range(3)]
            writer = Writer(client)
            for thread in (writer, *followers):
                thread.start()
            try:
                time.sleep(SECONDS)
                process.kill()
                process.wait()
                time.sleep(SECONDS)
                process = serve(port, environment)
                _until_more(writer)
                postgresql.crash()
                time.sleep(SECONDS)
                postgresql.start()
                _until_more(writer)
                followers[0].away.set()
                time.sleep(SECONDS)
                followers[0].away.clear()
                _until_more(writer)
                writer.done.set()
                writer.join(PATIENCE)
                log = whole_log(client)
                deadline = time.monotonic() + PATIENCE
                while time.monotonic() < deadline and any(
                    follower.ids[-1:] != log[-1:] for follower in followers
                ):
                    time.sleep(0.01)
            finally:
                writer.done.set()
                for follower in followers:
                    follower.done.set()
                process.kill()
                process.wait()
    assert writer.written == len(log)
    assert [follower.ids for follower in followers] == [log] * 3
    assert [follower.returns > 0 for follower in followers] == [True] * 3


def briefly(seconds: float) -> None:
    """Wait as a client does between two tries, but not for long."""
    time.sleep(min(seconds, 0.2))


def _until_more(writer: Writer) -> None:
    """Until things work again, and for a while."""
    written = writer.written
    deadline = time.monotonic() + PATIENCE
    while writer.written < written + 20:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(SECONDS)
