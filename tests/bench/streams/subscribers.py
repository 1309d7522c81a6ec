"""Many subscribers in one process: cheap enough that the server is what is measured.

`python -m tests.bench.streams.subscribers PORT TOKEN COUNT`: prints READY when all are connected;
a line with a file of the writer then says what should have come. Prints the result as JSON.
"""

import asyncio
import json
import re
import sys
import time
from array import array
from pathlib import Path
from typing import Any, Final

import uvloop

from backend.jobs.orders import LOG

DOCUMENT: Final = "subscription { jobStatuses { node { id state job { id } } } }"
LINE: Final = re.compile(rb"id: (.{10,30})\nevent: next\n")
PATIENCE: Final = 30.0  # seconds for the last event to come


class Subscriber(asyncio.Protocol):
    """One stream: notes what came and when."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.begun = asyncio.Event()
        self.ids: list[bytes] = []
        self.times = array("d")
        self.lost = False
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        """Ask for the stream."""
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Note each event."""
        now = time.time()
        self.begun.set()
        text = self._rest + data
        end = text.rfind(b"\n\n") + 1
        self._rest = text[end:]
        found = LINE.findall(text[:end])
        self.ids += found
        self.times.extend([now] * len(found))

    def connection_lost(self, _error: Exception | None) -> None:
        """Nobody comes back here: a lost stream is a failure."""
        self.lost = True
        self.begun.set()


async def main(port: int, token: str, count: int) -> dict[str, Any]:
    """Connect, wait for everything, and compare."""
    body = json.dumps({"query": DOCUMENT}).encode()
    request = (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    loop = asyncio.get_running_loop()
    subscribers = []
    for _ in range(count):
        _, subscriber = await loop.create_connection(lambda: Subscriber(request), "127.0.0.1", port)
        await subscriber.begun.wait()
        subscribers.append(subscriber)
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    file = (await loop.run_in_executor(None, sys.stdin.readline)).strip()
    positions, times = _written(Path(file))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(  # noqa: ASYNC110 (a thousand to wait for)
        len(each.ids) < len(positions) and not each.lost for each in subscribers
    ):
        await asyncio.sleep(0.1)
    return _result(subscribers, positions, times)


def _written(file: Path) -> "tuple[array[int], array[float]]":
    size, positions, times = array("q"), array("q"), array("d")
    with file.open("rb") as content:
        size.fromfile(content, 1)
        positions.fromfile(content, size[0])
        times.fromfile(content, size[0])
    return positions, times


def _result(
    subscribers: list[Subscriber], positions: "array[int]", times: "array[float]"
) -> dict[str, Any]:
    expected = [LOG.cursor((position,)).encode() for position in positions]
    delays = sorted(
        received - sent
        for each in subscribers
        if each.ids == expected
        for received, sent in zip(each.times, times, strict=True)
    )
    return {
        "subscribers": len(subscribers),
        "events": len(expected),
        "exact": sum(each.ids == expected for each in subscribers),
        "cpu_seconds": time.process_time(),
        "lost_connections": sum(each.lost for each in subscribers),
        "p50": delays[len(delays) // 2] if delays else None,
        "p99": delays[len(delays) * 99 // 100] if delays else None,
        "longest": delays[-1] if delays else None,
    }


if __name__ == "__main__":
    result = uvloop.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
    sys.stdout.write(json.dumps(result) + "\n")
