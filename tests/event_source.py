"""A client of Server-Sent Events for the tests: every block as it came, nothing done by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

PATIENCE = 15  # seconds until a test gives up


@dataclass(frozen=True)
class Block:
    """What stood between two empty lines."""

    event: str | None = None
    data: Any = None
    id: str | None = None
    retry: str | None = None

    @property
    def change(self) -> Any:
        """What the subscription's event says."""
        assert self.event == "next", self
        assert "errors" not in self.data, self.data
        (change,) = self.data["data"].values()
        return change

    @property
    def codes(self) -> list[str]:
        """The codes of the errors in it."""
        assert self.event == "next", self
        return [error["extensions"]["code"] for error in self.data["errors"]]


class EventSource:
    """One open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.response = response
        self._blocks = blocks(response.iter_lines())

    def read(self) -> Block:
        """The next block, whatever it is."""
        return next(self._blocks)

    def next(self) -> Block:
        """The next block that is an event."""
        return next(block for block in self._blocks if block.event is not None)

    def take(self, count: int) -> list[Block]:
        """So many results."""
        return [self.next() for _ in range(count)]

    @property
    def ended(self) -> bool:
        """Whether nothing more comes: waits for more, or for the end."""
        return next(self._blocks, None) is None


def blocks(lines: Iterator[str]) -> Iterator[Block]:
    """Server-Sent Events, read by the specification as far as it is used here."""
    fields: dict[str, Any] = {}
    for line in lines:
        if not line:
            yield Block(**fields)
            fields = {}
            continue
        name, _, text = line.partition(":")
        text = text.removeprefix(" ")
        if name == "data":
            fields[name] = orjson.loads(text) if text else None
        elif name:  # else it is a comment
            fields[name] = text


@contextmanager
def following(
    url: str,
    query: str,
    *,
    token: str | None = None,
    last_event_id: str | None = None,
    accept: str = "text/event-stream",
    **variables: Any,
) -> Iterator[EventSource]:
    """Ask for a stream."""
    headers = {"Accept": accept}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if last_event_id is not None:
        headers["Last-Event-ID"] = last_event_id
    body = {"query": query, "variables": variables}
    with httpx.stream("POST", url, json=body, headers=headers, timeout=PATIENCE) as response:
        yield EventSource(response)
