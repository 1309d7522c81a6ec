"""The server of a peer: one process on a port of its own, paused while others are measured."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from backend.dev.processes import ended_with_us
from tests.bench import accounting
from tests.bench.cluster import Cluster
from tests.bench.http import HOST, Answer, Request, ask
from tests.bench.peers.peer import Peer

START_TIMEOUT: Final = 60.0  # seconds
STOP_TIMEOUT: Final = 10.0  # seconds


class Server:
    """A peer's server, running unless paused. A paused one takes no CPU, nor does its database."""

    def __init__(self, peer: Peer, cluster: Cluster, logs: Path) -> None:
        self.peer = peer
        self.port = _free_port()
        self.log = logs / f"{peer.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                peer.command(self.port),
                env=os.environ | cluster.variables | peer.environment,
                cwd=peer.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=ended_with_us(signal.SIGKILL),  # noqa: PLW1509 (no threads here)
            )
        self._wait()

    def ask(self, request: Request) -> Answer:
        """Send one request."""
        return ask(self.port, request)

    def cpu_seconds(self) -> float:
        """CPU time of all its processes so far."""
        return accounting.cpu_seconds(self.process.pid)

    def resident_bytes(self) -> int:
        """Memory that its processes occupy."""
        return accounting.resident_bytes(self.process.pid)

    def pause(self) -> None:
        """Stop it where it stands."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it in good order, or else at once."""
        self.resume()
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _signal(self, signum: signal.Signals) -> None:
        for pid in accounting.tree(self.process.pid):
            os.kill(pid, signum)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection((HOST, self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.05)  # not there yet
            else:
                return
        self.process.kill()
        message = f"{self.peer.name} did not start:\n{self.log.read_text()}"
        raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
