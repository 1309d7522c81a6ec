"""The ASGI application behind a real socket, in a thread of the test's own process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn


@dataclass(frozen=True)
class Server:
    """A server on this machine."""

    port: int

    @property
    def url(self) -> str:
        """Where GraphQL is served."""
        return f"http://127.0.0.1:{self.port}/graphql"


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    """Serve until the block ends, on a free port unless one is given."""
    from backend.config.asgi import application  # noqa: PLC0415 (needs settings)

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            application, log_level="warning", lifespan="off", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the server did not start")
            thread.join(0.01)
        try:
            yield Server(port=listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(10)
