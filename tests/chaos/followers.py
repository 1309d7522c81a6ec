"""A client that follows the log through whatever happens, and comes back after what it has seen."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import httpx

from backend.jobs.orders import LOG
from tests.event_source import EventSource

FOLLOW: Final = "subscription { jobStatuses { cursor node { id } } }"
BEGINNING: Final = LOG.cursor((0,))
BETWEEN: Final = 0.05  # seconds until it tries again


class Follower(threading.Thread):
    """Follows from the beginning, and comes back after the last event it has seen.

    It takes a connection on which nothing comes for `patience` seconds, not even a heartbeat, for
    dead.
    """

    def __init__(self, url: str, token: Callable[[], str], *, patience: float = 30.0) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.token = token
        self.patience = patience
        self.cursors: list[str] = []
        self.returns = -1  # connections but the first
        self.silences = 0  # connections on which nothing came any more
        self.away = threading.Event()
        self.done = threading.Event()

    def run(self) -> None:
        """Until done, through whatever happens."""
        while not self.done.is_set():
            self.returns += 1
            try:
                self._follow()
            except httpx.ReadTimeout:
                self.silences += 1
            except (httpx.HTTPError, StopIteration, json.JSONDecodeError, RuntimeError):
                self.done.wait(BETWEEN)
            while self.away.is_set():
                time.sleep(0.01)

    def _follow(self) -> None:
        headers = {
            "Accept": "text/event-stream",
            "Authorization": f"Bearer {self.token()}",
            "Last-Event-ID": self.cursors[-1] if self.cursors else BEGINNING,
        }
        body = {"query": FOLLOW}
        with httpx.stream(
            "POST", self.url, json=body, headers=headers, timeout=self.patience
        ) as response:
            stream = EventSource(response)
            while not self.done.is_set() and not self.away.is_set():
                block = stream.read()
                if block.event == "next":
                    self._take(block.data, block.id)

    def _take(self, result: dict[str, Any], cursor: str | None) -> None:
        if "errors" in result:  # the session is over, or the database away
            raise RuntimeError(result["errors"])
        told: str = result["data"]["jobStatuses"]["cursor"]
        assert told == cursor
        self.cursors.append(told)
