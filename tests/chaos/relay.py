"""A stretch of network between a client and a server, which can be cut without a word to either."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

HOST: Final = "127.0.0.1"
PIECE: Final = 1_000  # bytes passed on at once
LOOK: Final = 0.05  # seconds between looks whether it is over


class Relay:
    """Passes bytes on between a port of its own and the server's, until it is cut.

    From then on nothing gets through in either direction, and nothing is closed: both sides may
    write for as long as they like. A piece under way is torn in two. Connections that were open at
    the cut stay dead after it, as behind a router that has forgotten them; those that are opened
    during it wait, and get through when it is healed.
    """

    def __init__(self, server_port: int) -> None:
        self.accepted = 0  # connections so far
        self._server_port = server_port
        self._whole = threading.Event()
        self._whole.set()
        self._over = threading.Event()
        self._cuts = 0
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        """Where GraphQL is served, on the far side."""
        return f"http://{HOST}:{self.port}/graphql"

    def cut(self) -> None:
        """Let nothing through."""
        self._cuts += 1
        self._whole.clear()

    def heal(self) -> None:
        """Let what is opened from now on through."""
        self._whole.set()

    def run(self) -> None:
        """Accept until closed."""
        self._listener.settimeout(LOOK)
        with self._listener:
            while not self._over.is_set():
                with suppress(TimeoutError):
                    client, _ = self._listener.accept()
                    self.accepted += 1
                    threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Let go of everything."""
        self._over.set()
        self._whole.set()

    def _connect(self, client: socket.socket) -> None:
        self._whole.wait()
        cuts = self._cuts
        server = socket.create_connection((HOST, self._server_port))
        pump = threading.Thread(target=self._pump, args=(server, client, cuts), daemon=True)
        pump.start()
        self._pump(client, server, cuts)
        pump.join()
        client.close()
        server.close()

    def _pump(self, source: socket.socket, target: socket.socket, cuts: int) -> None:
        """Pass on what comes, until it ends or the network is cut; what is cut stays open."""
        source.settimeout(LOOK)
        while not self._over.is_set():
            if self._cuts != cuts or not self._whole.is_set():
                self._over.wait(LOOK)
                continue
            try:
                piece = source.recv(PIECE)
            except TimeoutError:
                continue
            except OSError:
                piece = b""
            torn = self._cuts != cuts
            with suppress(OSError):
                target.sendall(piece[: len(piece) // 2] if torn else piece)
            if not piece and not torn:
                with suppress(OSError):
                    target.shutdown(socket.SHUT_WR)
                return


@contextmanager
def relayed(server_port: int) -> Iterator[Relay]:
    """A relay to that port, which runs until the block ends."""
    relay = Relay(server_port)
    accepting = threading.Thread(target=relay.run, daemon=True)
    accepting.start()
    try:
        yield relay
    finally:
        relay.close()
        accepting.join()
