"""What every peer has: a server to start, and its own way to ask for each work item."""

import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Final

from tests.bench.http import Ask, Request
from tests.bench.sampling import Sample

ROOT: Final = Path(__file__).parents[3]
STATE: Final = ROOT / "var" / "bench"  # what is installed and written, not under version control


class Peer(ABC):
    """One way to serve jobs."""

    name: ClassVar[str]
    title: ClassVar[str]
    folder: ClassVar[Path] = ROOT
    environment: ClassVar[dict[str, str]] = {}  # beside POSTGRES_*
    cold: ClassVar[int] = 1  # times as many requests as usual warm it up

    @abstractmethod
    def command(self, port: int) -> list[str]:
        """What starts the server, in `folder`."""

    def install(self) -> None:  # noqa: B027 (most have nothing to do)
        """Fetch what the server needs and the development dependencies do not carry."""

    def begin(self, ask: Ask) -> None:  # noqa: B027 (most have nothing to do)
        """Before each measurement: sign in, look up what requests will need."""

    @abstractmethod
    def request(self, item: str, sample: Sample) -> Request | None:
        """The request for that work item; None where the peer does not offer it."""


def uvicorn(application: str, port: int) -> list[str]:
    """One worker, as the container image runs it."""
    return [
        *(sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1"),
        *("--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log"),
        *("--no-proxy-headers", "--no-server-header", "--log-level", "warning"),
    ]
