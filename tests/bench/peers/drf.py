"""Django REST framework with its cursor pagination."""

import base64
import fcntl
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from tests.bench.http import Request
from tests.bench.peers.peer import STATE, Peer, uvicorn
from tests.bench.sampling import Sample

REQUIREMENTS: Final = Path(__file__).with_name("drf-requirements.txt")
INSTALLED: Final = STATE / "drf"


class RestFramework(Peer):
    """The usual way to serve JSON with Django."""

    name: ClassVar = "drf"
    title: ClassVar = "Django REST framework"
    environment: ClassVar = {
        "DJANGO_SETTINGS_MODULE": "tests.bench.peers.django_settings",
        "BENCH_URLS": "tests.bench.peers.drf_app",
        "PYTHONPATH": str(INSTALLED),
    }

    def command(self, port: int) -> list[str]:
        """Django's own ASGI application."""
        return uvicorn("tests.bench.peers.django_asgi:application", port)

    def install(self) -> None:
        """Install beside the development dependencies, which have no other use for it."""
        INSTALLED.mkdir(parents=True, exist_ok=True)
        stamp = INSTALLED / ".installed"
        with REQUIREMENTS.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted = lock.read()
            if stamp.exists() and stamp.read_bytes() == wanted:
                return
            subprocess.run(
                [
                    *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps"),
                    *("--require-hashes", "--target", INSTALLED, "--requirements", REQUIREMENTS),
                ],
                check=True,
            )
            stamp.write_bytes(wanted)

    def request(self, item: str, sample: Sample) -> Request | None:
        """REST: a list, an item, or a list below an item."""
        path = "/jobs/"
        query: dict[str, Any] = {}
        body: Any = None
        match item:
            case "W1":
                pass
            case "W2":
                query = {"statuses": 10}
            case "W3":
                place = urlencode({"p": sample.job_id}).encode()
                query = {"cursor": base64.b64encode(place).decode()}
            case "W4":
                query = {"state": sample.state}
            case "W5":
                path = f"/jobs/{sample.job_id}/"
            case "W6":
                path = f"/jobs/{sample.job_id}/statuses/"
                body = {"state": sample.state, "message": sample.message}
            case "W7":
                body = {"name": sample.name}
            case "W8":
                path = "/jobs/counts/"
            case "W9":
                span = {"created_from": sample.start, "created_to": sample.end}
                query = {"state": sample.states, "prefix": sample.name, **span}
            case _:
                return None
        return Request(f"{path}?{urlencode(query, doseq=True)}" if query else path, body)
