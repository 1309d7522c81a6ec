"""What the HTTP face and the GraphQL engine say to each other.

The face knows HTTP and no schema; the engine knows the schema and no HTTP beyond the request it
is handed for headers, cookies and the client's address. `backend.config.urls` joins the two.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from django.http import HttpRequest


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
    """

    body: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)


class Engine(Protocol):
    """Whatever can answer GraphQL requests."""

    async def execute(self, request: GraphQLRequest, http: HttpRequest) -> GraphQLAnswer:
        """Answer the request. Never raises for anything that a client can cause."""
        ...
