"""The run: all peers over the same tables, item by item, round by round, one at a time.

Whatever else the machine does then hits all alike, and the median of the rounds leaves it out.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.cluster import Cluster
from tests.bench.http import PATIENCE, Answer, Load, Request, UnexpectedAnswer, drive
from tests.bench.peers.peer import Peer
from tests.bench.sampling import Tables
from tests.bench.server import Server
from tests.bench.work import WorkItem

CONNECTIONS: Final = 8
MOST_SAMPLES: Final = 3_000  # a second, of those that are looked up
AT_LEAST: Final = 32  # requests a measurement; as many have their statements counted
MILLISECONDS: Final = 1_000


@dataclass
class Measurement:
    """What one item costs with one peer; a list has an entry for each round."""

    server_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # latencies, of all rounds
    requests: int = 0
    body_bytes: int = 0
    statements: float = 0.0

    @property
    def total_ms(self) -> float:
        """CPU of server and database for a request: the median of the rounds, in ms."""
        return median(map(sum, zip(self.server_ms, self.database_ms, strict=True)))


class Bench:
    """The servers of all peers, and what they are asked."""

    def __init__(
        self,
        cluster: Cluster,
        servers: Sequence[Server],
        seconds: float,
        at_least: int = AT_LEAST,
    ) -> None:
        self.cluster = cluster
        self.servers = servers
        self.seconds = seconds
        self.at_least = at_least  # requests a measurement, where it takes more seconds
        self.tables = Tables(cluster.connection)
        self.names: dict[str, list[str]] = {}  # of the jobs that each item showed

    def requests(self, server: Server, item: WorkItem, seconds: float) -> Iterator[Request] | None:
        """Requests for an item, made as they are needed; None where the peer has no such thing."""
        server.peer.begin(server.ask)
        number = max(8 * CONNECTIONS, int(seconds * MOST_SAMPLES))
        samples = iter(item.samples(self.tables, number))
        first = server.peer.request(item.key, next(samples))
        if first is None:
            return None

        def all_requests() -> Iterator[Request]:
            yield first
            for sample in samples:
                request = server.peer.request(item.key, sample)
                assert request is not None
                yield request

        return all_requests()

    def warm_up(self, server: Server, item: WorkItem, seconds: float) -> bool:
        """Let caches fill and compilers work; check the answer. False: there is no such item."""
        server.resume()
        requests = self.requests(server, item, seconds)
        if requests is not None:
            load = self._drive(
                server,
                item,
                requests,
                seconds,
                at_least=self.at_least * server.peer.cold,
            )
            assert load.first is not None
            self._require(server.peer, item, load.first)
        server.pause()
        return requests is not None

    def measure(self, server: Server, item: WorkItem, into: Measurement) -> None:
        """One round of one item with one peer."""
        server.resume()
        requests = self.requests(server, item, self.seconds)
        assert requests is not None
        before = server.cpu_seconds(), self.cluster.cpu_seconds()
        load = self._drive(server, item, requests, self.seconds, at_least=self.at_least)
        after = server.cpu_seconds(), self.cluster.cpu_seconds()
        server.pause()
        for costs, start, end in zip(
            (into.server_ms, into.database_ms), before, after, strict=True
        ):
            costs.append((end - start) / load.requests * MILLISECONDS)
        into.seconds += load.seconds
        into.requests += load.requests
        into.body_bytes += load.body_bytes

    def count_statements(self, server: Server, item: WorkItem, into: Measurement) -> None:
        """How many statements a request takes."""
        server.resume()
        requests = self.requests(server, item, self.seconds)
        assert requests is not None
        self.cluster.count_statements(on=True)
        few = islice(requests, self.at_least)
        self._drive(server, item, few, PATIENCE)  # until all sessions count
        self.cluster.forget_statements()
        load = self._drive(server, item, islice(requests, self.at_least), PATIENCE)
        into.statements = self.cluster.statements() / load.requests
        self.cluster.count_statements(on=False)
        server.pause()

    def _drive(
        self,
        server: Server,
        item: WorkItem,
        requests: Iterator[Request],
        seconds: float,
        *,
        at_least: int = 0,
    ) -> Load:
        try:
            return drive(
                server.port,
                requests,
                seconds=seconds,
                connections=CONNECTIONS,
                at_least=at_least,
                status=201 if _creates(server, item) else item.status,
            )
        except* UnexpectedAnswer as errors:
            said = server.log.read_text()[-2_000:]
            message = f"{server.peer.name}, {item.key}: {errors.exceptions[0]}\n{said}"
            raise UnexpectedAnswer(message) from errors

    def _require(self, peer: Peer, item: WorkItem, answer: Answer) -> None:
        """Raise UnexpectedAnswer unless the answer shows the jobs that all others show."""
        text = answer.body.decode()
        found = len(re.findall(rf'"{item.evidence}"', text.replace("_", ""), re.IGNORECASE))
        if found != item.rows:
            message = f"{peer.name}, {item.key}: {found} jobs, not {item.rows}: {text[:1000]}"
            raise UnexpectedAnswer(message)
        names = re.findall(r'"name"\s*:\s*"([^"]+)"', text)
        if item.rows > 1 and names != self.names.setdefault(item.key, names):
            message = f"{peer.name}, {item.key}: not the jobs of {self.servers[0].peer.name}"
            raise UnexpectedAnswer(message)


def _creates(server: Server, item: WorkItem) -> bool:
    """REST says of a new job that it was created."""
    return server.peer.name == "drf" and item.key == "W7"


@contextlib.contextmanager
def serving(peers: Sequence[Peer], cluster: Cluster, logs: Path) -> Iterator[list[Server]]:
    """The servers of these peers, all paused."""
    servers: list[Server] = []
    try:
        for peer in peers:
            peer.install()
            servers.append(Server(peer, cluster, logs))
            servers[-1].pause()
        yield servers
    finally:
        for server in servers:
            server.stop()
