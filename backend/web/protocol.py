"""What the HTTP face and the GraphQL engine say to each other.

The face knows HTTP and no schema; the engine knows the schema and no HTTP beyond the request it
is handed for headers, cookies and the client's address. `backend.config.urls` joins the two.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, Protocol

import orjson

from backend.web.asked import Asked


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A well-formed request for one operation; the document itself may still be nonsense.

    `read_only` is true for requests by GET, which must not run a mutation.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that the answer sets. `max_age` is in seconds; 0 deletes the cookie."""

    name: str
    value: str
    max_age: int
    path: str = "/"
    http_only: bool = True
    secure: bool = True
    same_site: Literal["Strict", "Lax", "None"] = "Strict"


@dataclass(frozen=True, slots=True)
class GraphQLAnswer:
    """What the engine answers: a GraphQL response and what belongs around it.

    `status` is 200 where the operation was executed, whatever errors its fields met, and 4xx where
    it was refused as a whole: 400 for a document that does not parse or validate, an operation
    that can not be told, or variables that do not fit; 405 for a mutation in a read-only request;
    401, 403 and 429 where the caller may not ask at all. The face turns 400 into 200 for clients
    of the old media type, so the engine need not know who is asking.

    `encoded` is the body as it is sent, where the engine has made it already. It has data, and
    `body` may be empty.
    """

    body: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)
    encoded: bytes | None = None


def encoded(answer: GraphQLAnswer) -> bytes:
    """The body of an answer as it is sent."""
    return orjson.dumps(answer.body) if answer.encoded is None else answer.encoded


@dataclass(frozen=True, slots=True)
class Event:
    """One result of a stream, encoded; `id` is the cursor to resume after it, where it has one."""

    data: bytes
    id: str | None = None


class Batch(tuple[Event, ...]):  # noqa: SLOT001 (it has a __dict__ to keep what is made of it)
    """Events that go out together. Many streams share one, so what is made of it is kept on it."""

    @cached_property
    def server_sent(self) -> bytes:
        """The events as Server-Sent Events of the GraphQL-over-SSE protocol."""
        return b"".join(
            b"%sevent: next\ndata: %s\n\n"
            % (b"" if event.id is None else b"id: %s\n" % event.id.encode(), event.data)
            for event in self
        )


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Nothing to say but that the stream is alive; `id` is the cursor of how far it has come."""

    id: str | None = None


EventStream = AsyncGenerator[Batch | Heartbeat, None]
"""Batches of events, and a sign of life where there are none for a while."""


class Engine(Protocol):
    """Whatever can answer GraphQL requests."""

    async def execute(self, request: GraphQLRequest, http: Asked) -> GraphQLAnswer:
        """Answer the request. Never raises for anything that a client can cause."""
        ...

    async def stream(
        self, request: GraphQLRequest, http: Asked, *, resume_after: str | None
    ) -> GraphQLAnswer | EventStream:
        """Answer as a stream: a subscription's events, or the one result of another operation.

        `resume_after` is the id of the last event that the client has seen, and takes the place
        of the operation's own starting point. What is refused as a whole comes as an answer. The
        stream ends when the operation does; closing it ends the operation.
        """
        ...

    async def signed_in_until(self, http: Asked) -> datetime | None:
        """When the access token that came with the request expires.

        None where none came, or it is not, or not any more, valid. Raises whatever the database
        raises where it can not be told.
        """
        ...
