"""Whatever breaks, every client comes back by itself, and has everything once and in order."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from backend.jobs.replay.client import Client, Credentials
from schema.streams import HEARTBEAT
from tests.chaos.database import Database, database
from tests.chaos.followers import Follower
from tests.chaos.relay import relayed
from tests.chaos.servers import Server, prepare

CREATE = "mutation($input: CreateJobInput!) { createJob(input: $input) { __typename } }"
READ = """query($after: String) {
  jobStatuses(first: 100, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } } }"""
PATIENCE = 60  # seconds until the test gives up: a server may take ten to start
SECONDS = 1.0  # that everything works between two outages, or does not
# How long the network is cut. A long cut is noticed by the missing heartbeats alone; a short one
# needs a client that expects more than those.
CUT = float(os.environ.get("OUTAGE_SECONDS", "2"))
SILENCE = HEARTBEAT + 5 if HEARTBEAT + 5 < CUT else CUT / 2


class Writer(threading.Thread):
    """Creates jobs until done, each once, however often it has to ask."""

    def __init__(self, client: Client) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.written = 0
        self.resting = threading.Event()
        self.done = threading.Event()

    def run(self) -> None:
        """Until done."""
        while not self.done.is_set():
            if self.resting.is_set():
                time.sleep(0.01)
                continue
            job = {"name": f"job {self.written}", "idempotencyKey": f"key {self.written}"}
            result = self.client.execute(CREATE, {"input": job})
            assert result == {"createJob": {"__typename": "CreateJobSuccess"}}
            self.written += 1


@dataclass
class Scene:
    """One server on a database of its own, and somebody who writes until told to stop."""

    postgresql: Database
    server: Server
    client: Client
    writer: Writer

    def token(self) -> str:
        """An access token that serves."""
        self.client.execute("{ viewer { username } }", {})
        assert self.client._token is not None
        return self.client._token

    def log(self) -> list[str]:
        """All cursors, page by page."""
        cursors: list[str] = []
        after = None
        while True:
            page = self.client.execute(READ, {"after": after})["jobStatuses"]
            cursors += [edge["cursor"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return cursors

    def settled(self, *followers: Follower) -> list[str]:
        """The whole log, once nothing is written any more and everybody has seen the end of it."""
        self.writer.done.set()
        self.writer.join(PATIENCE)
        log = self.log()
        _until(lambda: all(follower.cursors[-1:] == log[-1:] for follower in followers))
        return log


@contextmanager
def scene() -> Iterator[Scene]:
    with database() as postgresql:
        server = Server(prepare(postgresql.variables))
        credentials = Credentials(username="operator", password="operator")
        try:
            with (
                closing(Client(server.url, credentials, sleep=_briefly)) as client,
                closing(Client(server.url, credentials, sleep=_briefly)) as writing,
            ):
                writer = Writer(writing)
                try:
                    yield Scene(postgresql, server, client, writer)
                finally:
                    writer.done.set()
        finally:
            server.kill()


@contextmanager
def running(*threads: Writer | Follower) -> Iterator[None]:
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.done.set()


def test_clients_come_back_from_every_outage_without_a_gap_or_a_repetition() -> None:
    with scene() as at:
        token = at.token()
        followers = [Follower(at.server.url, lambda: token) for _ in range(3)]
        with running(at.writer, *followers):
            time.sleep(SECONDS)
            at.server.kill()
            time.sleep(SECONDS)
            at.server.start()
            _until_more(at.writer)
            at.postgresql.crash()
            time.sleep(SECONDS)
            at.postgresql.start()
            _until_more(at.writer)
            followers[0].away.set()
            time.sleep(SECONDS)
            followers[0].away.clear()
            _until_more(at.writer)
            log = at.settled(*followers)
    assert at.writer.written == len(log)
    assert [follower.cursors for follower in followers] == [log] * 3
    assert [follower.returns > 0 for follower in followers] == [True] * 3


def test_a_client_behind_a_cut_network_notices_the_silence_and_resumes() -> None:
    """Nobody closes anything: the server writes into nothing, the client waits for nothing."""
    with scene() as at, relayed(at.server.port) as relay:
        token = at.token()
        far = Follower(relay.url, lambda: token, patience=SILENCE)
        near = Follower(at.server.url, lambda: token)
        with running(at.writer, far, near):
            _until_more(at.writer)
            if SILENCE > HEARTBEAT:  # heartbeats alone keep a connection on which nothing happens
                at.writer.resting.set()
                time.sleep(SILENCE + HEARTBEAT)
                assert (far.returns, far.silences) == (0, 0)
                at.writer.resting.clear()
                _until_more(at.writer)
            relay.cut()
            time.sleep(0.1)  # a piece under way may still get through
            seen, written = len(far.cursors), at.writer.written
            time.sleep(CUT)
            assert len(far.cursors) == seen
            assert far.silences > 0
            assert at.writer.written > written
            relay.heal()
            _until(lambda: len(far.cursors) > seen)
            _until_more(at.writer)
            log = at.settled(far, near)
    assert at.writer.written == len(log) > seen
    assert far.cursors == log
    assert near.cursors == log
    assert near.returns == 0
    assert far.returns > 0
    assert relay.accepted > 1


def _briefly(seconds: float) -> None:
    """Wait as a client does between two tries, but not for long."""
    time.sleep(min(seconds, 0.2))


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _until_more(writer: Writer) -> None:
    """Until things work again, and for a while."""
    written = writer.written
    _until(lambda: writer.written >= written + 20)
    time.sleep(SECONDS)
