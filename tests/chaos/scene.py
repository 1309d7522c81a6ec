"""Two server processes on one database, and everything that can be done to them.

Each fault lasts for a while, in which what can still be asked must answer clearly, and is over when
every server has written again; none but those that were killed is started again.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count, repeat
from typing import Final

from tests.chaos.callers import OPEN, Caller
from tests.chaos.database import Database, SmallDisk, database, small_disk
from tests.chaos.record import Call, Heard, Outcome
from tests.chaos.servers import Server, prepare

ACCOUNTS: Final = ("operator", "admin")  # of development: the names are the passwords
PATIENCE: Final = 60.0  # seconds until everything has to work again
DOWN: Final = {"database_unreachable", "database_timeout"}
AGAIN: Final = 0.02  # seconds between two looks


class Scene:
    """What there is, what was done to it, and how long it took to work again."""

    def __init__(self, postgresql: Database, disk: SmallDisk | None, servers: list[Server]) -> None:
        self.postgresql = postgresql
        self.disk = disk
        self.servers = servers
        self.calls: list[Call] = []  # our own, to see whether it works
        self.recoveries: dict[str, list[float]] = defaultdict(list)
        self._marks = count()
        self._callers = [Caller([server.port], ACCOUNTS[0]) for server in servers]

    def caller(self, number: int) -> Caller:
        """One of many clients: of either account, and first at either server."""
        ports = [server.port for server in self.servers]
        turned = ports[number % len(ports) :] + ports[: number % len(ports)]
        return Caller(turned, ACCOUNTS[number // len(ports) % len(ACCOUNTS)])

    def kill_server(self, number: int, seconds: float) -> None:
        """Kill one server; the other goes on. Start it again."""
        server, others = self.servers[number], list(self.servers)
        others.remove(server)
        server.kill()
        assert server.ready() is None
        time.sleep(seconds)
        for other in others:
            assert other.ready() == (200, {"status": "ready"})
        server.start()
        self._until_it_works("server killed")

    def crash_database(self, seconds: float) -> None:
        """Stop PostgreSQL at once; every server says so, and does not end. Start it again.

        Whoever asks meanwhile gets a clear error, or waits and is served when it is back.
        """
        self.postgresql.crash()
        with ThreadPoolExecutor(2 * len(self.servers)) as threads:
            asked = [threads.submit(self._ask, caller) for caller in self._callers]
            for body in threads.map(Server.until, self.servers, repeat(503)):
                assert body["status"] == "unavailable", body
                assert body["reason"] in DOWN, body
            time.sleep(seconds)
            self.postgresql.start()
            for heard in (each.result() for each in asked):
                assert heard.outcome is Outcome.CREATED or heard.code in OPEN, heard
        self._until_it_works("PostgreSQL crashed")

    def cut_connections(self, _seconds: float = 0) -> None:
        """Cut every connection between the servers and PostgreSQL."""
        assert self.postgresql.cut() > 0
        self._until_it_works("connections cut")

    def fill_disk(self, seconds: float) -> None:
        """Leave the tables no room until a write has failed for it; reading goes on."""
        if self.disk is None:
            return
        self.disk.fill()
        try:
            deadline = time.monotonic() + PATIENCE
            while (heard := self._ask(self._callers[0])).outcome is Outcome.CREATED:
                assert time.monotonic() < deadline
            assert heard.code in OPEN, heard
            time.sleep(seconds)
            for server in self.servers:
                assert server.ready() == (200, {"status": "ready"})
        finally:
            self.disk.free()
        self._until_it_works("disk full")

    def sign_in(self) -> None:
        """Be known to every server, before anything breaks."""
        for caller in self._callers:
            caller.token()

    def _until_it_works(self, fault: str) -> None:
        """Wait for a write by every server, in the process that runs, and note how long it took."""
        began = time.monotonic()
        for server, caller in zip(self.servers, self._callers, strict=True):
            while (heard := self._ask(caller)).outcome is not Outcome.CREATED:
                assert server.process.poll() is None, "the server has ended"
                assert time.monotonic() < began + PATIENCE, (fault, heard, server.ready())
                time.sleep(AGAIN)
            server.until(200)
        self.recoveries[fault].append(time.monotonic() - began)

    def _ask(self, caller: Caller) -> Heard:
        call = Call(f"look {next(self._marks)}", caller.username)
        self.calls.append(call)
        heard = caller.make(call)
        caller.close()  # so that the next one does not meet a connection that timed out meanwhile
        call.heard.append(heard)
        return heard


@contextmanager
def scene() -> Iterator[Scene]:
    """Everything running, with nothing in it yet."""
    with database() as postgresql, small_disk(postgresql) as disk:
        # Two accounts ask for as much as the machine can do.
        environment = prepare(postgresql.variables) | {"JOBTRAIL_RATE_POINTS_PER_MINUTE": "0"}
        servers: list[Server] = []
        try:
            servers += [Server(environment) for _ in range(2)]
            for server in servers:
                server.until(200)
            yield Scene(postgresql, disk, servers)
        finally:
            for server in servers:
                server.kill()
