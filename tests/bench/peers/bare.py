"""The limit: PostgreSQL makes the JSON, a bare ASGI application hands it on."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from tests.bench.http import Request
from tests.bench.peers.peer import Peer, uvicorn
from tests.bench.sampling import Sample


class Bare(Peer):
    """As little as can stand between HTTP and SQL, in Python."""

    name: ClassVar = "bare"
    title: ClassVar = "bare ASGI + SQL JSON"

    def command(self, port: int) -> list[str]:
        """The application beside this file."""
        return uvicorn("tests.bench.peers.bare_app:application", port)

    def request(self, item: str, sample: Sample) -> Request | None:
        """A request of its own small API: the first segment of the path says what."""
        query: dict[str, Any] = {}
        body: Any = None
        match item:
            case "W1" | "W2" | "W8":
                pass
            case "W3" | "W5":
                query = {"id": sample.job_id}
            case "W4":
                query = {"state": sample.state}
            case "W6":
                body = {"id": sample.job_id, "state": sample.state, "message": sample.message}
            case "W7":
                body = {"name": sample.name}
            case "W9":
                span = {"start": sample.start, "end": sample.end}
                query = {"state": sample.states, "prefix": sample.name, **span}
            case _:
                return None
        return Request(f"/{item}?{urlencode(query, doseq=True)}" if query else f"/{item}", body)
