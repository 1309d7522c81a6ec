"""How a stream is sent: for as long as the client reads.

Nothing is kept for a client that does not: it is waited for, and cut off in the end. A client that
leaves ends its stream.
"""

import asyncio
import time
from typing import Any, Final

from backend.web.asgi_types import Receive, Send
from backend.web.event_stream import ServerSentEvents

LONGEST_SILENCE: Final = 30.0  # seconds that a client may take to accept what it is sent
PIECE: Final = 65_536  # bytes handed over at once: a client that takes them one by one is alive


class Outlet:
    """Where a stream is sent, and how long the client has not taken what waits there."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting_since: float | None = None

    async def send(self, event: Any) -> None:
        """Send, as soon as the client takes it."""
        self._waiting_since = time.monotonic()
        await self._send(event)
        self._waiting_since = None

    async def blocked(self) -> None:
        """Return when something has waited for too long: one timer, not one for each event."""
        waited = 0.0
        while waited < LONGEST_SILENCE:
            await asyncio.sleep(LONGEST_SILENCE - waited)
            since = self._waiting_since
            waited = 0.0 if since is None else time.monotonic() - since


async def send_stream(
    start: dict[str, Any], stream: ServerSentEvents, receive: Receive, send: Send
) -> None:
    """Send the event that starts the answer, and the stream, until it or the client ends."""
    outlet = Outlet(send)
    sending = asyncio.create_task(_send(start, stream, outlet))
    tasks = {
        sending,
        asyncio.create_task(_left(receive)),
        asyncio.create_task(outlet.blocked()),
    }
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await stream.end()
    if not sending.cancelled():
        sending.result()


async def _send(start: dict[str, Any], stream: ServerSentEvents, outlet: Outlet) -> None:
    await outlet.send(start)
    async for chunk in stream.chunks:
        for begin in range(0, len(chunk), PIECE):
            piece = chunk[begin : begin + PIECE]
            await outlet.send({"type": "http.response.body", "body": piece, "more_body": True})
    await outlet.send({"type": "http.response.body"})


async def _left(receive: Receive) -> None:
    """Returns when the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass
